// SPDX-License-Identifier: Apache-2.0

// Package zstdlimit bounds what gRPC's decompressor for zstd takes.
//
// A frame of zstd tells how far back it refers, and a decoder allocates that
// much: up to 512 MiB for a frame of a few bytes. The decompressor that the
// Collector registers takes any. Importing this package replaces it, in the whole
// process, by one that takes [MaxWindow].
package zstdlimit // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/zstdlimit"

import (
	"io"

	"github.com/klauspost/compress/zstd"
	// It registers the compressor, and must do so before.
	_ "go.opentelemetry.io/collector/config/configgrpc"
	"google.golang.org/grpc/encoding"
)

const (
	name = "zstd"
	// MaxWindow is how far back a frame may refer, in bytes. RFC 8878 recommends to
	// support as much.
	MaxWindow = 8 << 20
)

func init() { encoding.RegisterCompressor(compressor{encoding.GetCompressor(name)}) }

// compressor packs as the one below it, and unpacks within the limit.
type compressor struct{ encoding.Compressor }

// Decompress is called for each message.
func (compressor) Decompress(r io.Reader) (io.Reader, error) {
	d, err := NewReader(r)
	if err != nil {
		return nil, err
	}
	// gRPC closes what it can.
	return d.IOReadCloser(), nil
}

// NewReader makes a decoder that refuses frames beyond MaxWindow.
func NewReader(r io.Reader) (*zstd.Decoder, error) {
	// One goroutine: a request is small, and others want the rest.
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(MaxWindow))
}
