// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
)

// formatVersion changes when anything that is stored changes its meaning. It is
// a part of each key, so that programs of two versions do not read each other's
// entries.
const formatVersion = "2"

// keyFormat holds the version of the format that was written last. It is the
// one key that all versions share.
const keyFormat = "format"

const keyMeta = formatVersion + "/meta"

func keyHeader(id uint64) string {
	return formatVersion + "/" + strconv.FormatUint(id, 10)
}

// isHeader says whether a key of this version is that of a header.
func isHeader(key string) bool {
	_, err := strconv.ParseUint(strings.TrimPrefix(key, formatVersion+"/"), 10, 64)
	return err == nil
}

func keyBody(id uint64, shard, request int) string {
	return keyHeader(id) + "/" + strconv.Itoa(shard) + "/" + strconv.Itoa(request)
}

// ErrMissing is the error of Load if the storage client does not have a request
// that it should have.
var ErrMissing = errors.New("a stored request is missing")

var (
	errCorrupt = errors.New("stored bytes are damaged")
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// meta says which flushes are stored: that which is being sent, if another than
// the first, and those from first up to next.
type meta struct {
	inFlight    uint64
	hasInFlight bool
	first, next uint64
}

func (m meta) encode() []byte {
	b := binary.AppendUvarint(nil, m.first)
	b = binary.AppendUvarint(b, m.next)
	if m.hasInFlight {
		b = binary.AppendUvarint(b, m.inFlight)
	}
	return seal(b)
}

func decodeMeta(b []byte) (m meta, err error) {
	r, err := open(b)
	if err != nil {
		return meta{}, err
	}
	m.first, m.next = r.uint(), r.uint()
	if len(r.rest) > 0 {
		m.hasInFlight = true
		m.inFlight = r.uint()
	}
	if r.bad || len(r.rest) > 0 || m.first > m.next {
		return meta{}, errCorrupt
	}
	return m, nil
}

// encodeHeader writes all of an item but its bodies.
func encodeHeader(it *Item) []byte {
	b := binary.AppendUvarint(nil, uint64(it.Queued.UnixMilli()))
	b = append(b, byte(it.Version))
	b = binary.AppendUvarint(b, uint64(len(it.Shards)))
	for _, shard := range it.Shards {
		b = binary.AppendUvarint(b, uint64(len(shard)))
		for _, r := range shard {
			for _, n := range []int{r.Size, r.Series, r.Points, r.Samples, r.Histograms, r.Exemplars} {
				b = binary.AppendUvarint(b, uint64(n))
			}
		}
	}
	return seal(b)
}

func decodeHeader(id uint64, b []byte) (*Item, error) {
	r, err := open(b)
	if err != nil {
		return nil, err
	}
	it := &Item{id: id, restored: true, Queued: time.UnixMilli(int64(r.uint())), Version: protocol.Version(r.byte())}
	it.Shards = make([][]Info, r.length())
	for i := range it.Shards {
		it.Shards[i] = make([]Info, r.length())
		for j := range it.Shards[i] {
			it.Shards[i][j] = Info{Size: r.int(), Counts: protocol.Counts{Series: r.int(), Points: r.int(), Samples: r.int(), Histograms: r.int(), Exemplars: r.int()}}
		}
	}
	if r.bad || len(r.rest) > 0 {
		return nil, errCorrupt
	}
	it.prepare()
	return it, nil
}

// seal adds a checksum: a damaged header would have the queue ask for requests
// that never were.
func seal(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func open(b []byte) (*reader, error) {
	if len(b) < crc32.Size {
		return nil, errCorrupt
	}
	content, sum := b[:len(b)-crc32.Size], binary.LittleEndian.Uint32(b[len(b)-crc32.Size:])
	if crc32.Checksum(content, castagnoli) != sum {
		return nil, errCorrupt
	}
	return &reader{rest: content}, nil
}

// reader takes numbers from bytes. After the first that is none it is bad and
// returns zeros.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) int() int {
	v := r.uint()
	if v > math.MaxInt32 {
		r.bad, r.rest = true, nil
		return 0
	}
	return int(v)
}

// length reads how many entries follow, each of which takes a byte or more.
func (r *reader) length() int {
	n := r.int()
	if n > len(r.rest) {
		r.bad, r.rest = true, nil
		return 0
	}
	return n
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.bad = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}
