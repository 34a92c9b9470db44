// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/golang/snappy"
	"github.com/pierrec/lz4/v4"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/zstdlimit"
)

// Compressions are the values of Content-Encoding that HTTP requests may have,
// those of the package confighttp.
func Compressions() []string {
	return []string{"", "gzip", "zstd", "zlib", "snappy", "deflate", "lz4", "x-snappy-framed"}
}

// Upper bounds of what a decompressor takes, in bytes, without what it writes.
const (
	deflateMemory = 64 << 10
	snappyMemory  = 256 << 10
	// Two blocks of the old format.
	lz4Memory  = 17 << 20
	zstdMemory = zstdlimit.MaxWindow + 4<<20
)

// decompressor unpacks one Content-Encoding.
type decompressor struct {
	// memory is what it takes besides what it writes.
	memory int64
	open   func(packed []byte) (io.ReadCloser, error)
}

var decompressors = map[string]decompressor{
	"gzip": {deflateMemory, func(b []byte) (io.ReadCloser, error) { return gzip.NewReader(bytes.NewReader(b)) }},
	"zlib": {deflateMemory, openZlib},
	// What HTTP calls deflate is the format zlib.
	"deflate":         {deflateMemory, openZlib},
	"zstd":            {zstdMemory, openZstd},
	"snappy":          {snappyMemory, openSnappy},
	"x-snappy-framed": {snappyMemory, openSnappyFrames},
	"lz4": {lz4Memory, func(b []byte) (io.ReadCloser, error) {
		return io.NopCloser(lz4.NewReader(bytes.NewReader(b))), nil
	}},
}

func openZlib(b []byte) (io.ReadCloser, error) { return zlib.NewReader(bytes.NewReader(b)) }

func openZstd(b []byte) (io.ReadCloser, error) {
	d, err := zstdlimit.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

func openSnappyFrames(b []byte) (io.ReadCloser, error) {
	return io.NopCloser(snappy.NewReader(bytes.NewReader(b))), nil
}

// snappyFraming begins each stream of the framed format.
var snappyFraming = []byte("\xff\x06\x00\x00sNaPpY")

// openSnappy takes both formats: older Collectors send frames by this name.
func openSnappy(b []byte) (io.ReadCloser, error) {
	if bytes.HasPrefix(b, snappyFraming) {
		return openSnappyFrames(b)
	}
	return nil, errSnappyBlock
}

// errSnappyBlock says that the data is one block, which has no reader.
var errSnappyBlock = errors.New("a block of snappy")

// chunk is how much is unpacked at a time.
const chunk = 64 << 10

// decompress unpacks data to at most limit bytes. Before it takes memory it asks
// grow, whose error ends it.
func decompress(encoding string, packed []byte, limit int64, grow func(n int64) error) (b []byte, err error) {
	defer func() {
		// The libraries of third parties are not trusted with hostile data.
		if p := recover(); p != nil {
			b, err = nil, fmt.Errorf("cannot unpack %s: %v", encoding, p)
		}
	}()
	d, ok := decompressors[encoding]
	if !ok {
		return nil, fmt.Errorf("unsupported Content-Encoding: %s", encoding)
	}
	if err := grow(d.memory); err != nil {
		return nil, err
	}
	r, err := d.open(packed)
	if errors.Is(err, errSnappyBlock) {
		return decompressBlock(packed, limit, grow)
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return readAll(r, chunk, limit, grow)
}

// readAll reads at most limit bytes. It takes the size first before it reads, and
// from then on as much again as has come.
func readAll(r io.Reader, first int, limit int64, grow func(n int64) error) ([]byte, error) {
	var b []byte
	for {
		if len(b) == cap(b) {
			// One byte more than the limit tells that there is more.
			more := min(max(cap(b), first), int(limit)+1-cap(b))
			if err := grow(int64(more)); err != nil {
				return nil, err
			}
			b = slices.Grow(b, more)[:len(b)]
		}
		n, err := r.Read(b[len(b):min(cap(b), len(b)+chunk)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > limit:
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return nil, err
		}
	}
}

func decompressBlock(packed []byte, limit int64, grow func(n int64) error) ([]byte, error) {
	n, err := snappy.DecodedLen(packed)
	switch {
	case err != nil:
		return nil, err
	case int64(n) > limit:
		return nil, errTooLarge
	}
	if err := grow(int64(n)); err != nil {
		return nil, err
	}
	return snappy.Decode(nil, packed)
}
