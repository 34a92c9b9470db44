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
	"github.com/otelcol-istio/otelcol-istio/internal/state"
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

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// meta says which flushes are stored: that which is being sent, if another than
// the first, and those from first up to next.
type meta struct {
	inFlight    uint64
	hasInFlight bool
	first, next uint64
}

func (m meta) encode() []byte {
	var e state.Encoder
	e.Uint(m.first)
	e.Uint(m.next)
	if m.hasInFlight {
		e.Uint(m.inFlight)
	}
	return seal(e.Bytes())
}

func decodeMeta(b []byte) (m meta, err error) {
	d, err := open(b)
	if err != nil {
		return meta{}, err
	}
	m.first, m.next = d.Uint(), d.Uint()
	if d.More() {
		m.hasInFlight = true
		m.inFlight = d.Uint()
	}
	if m.first > m.next {
		d.Fail()
	}
	if err := d.End(); err != nil {
		return meta{}, err
	}
	return m, nil
}

// encodeHeader writes all of an item but its bodies.
func encodeHeader(it *Item) []byte {
	var e state.Encoder
	e.Uint(uint64(it.Queued.UnixMilli()))
	e.Byte(byte(it.Version))
	e.Uint(uint64(len(it.Shards)))
	for _, shard := range it.Shards {
		e.Uint(uint64(len(shard)))
		for _, r := range shard {
			for _, n := range []int{r.Size, r.Series, r.Points, r.Samples, r.Histograms, r.Exemplars} {
				e.Uint(uint64(n))
			}
		}
	}
	return seal(e.Bytes())
}

func decodeHeader(id uint64, b []byte) (*Item, error) {
	d, err := open(b)
	if err != nil {
		return nil, err
	}
	it := &Item{id: id, restored: true, Queued: time.UnixMilli(int64(d.Uint())), Version: protocol.Version(d.Byte())}
	it.Shards = make([][]Info, d.Count())
	for i := range it.Shards {
		it.Shards[i] = make([]Info, d.Count())
		for j := range it.Shards[i] {
			n := func() int { return readInt(d) }
			it.Shards[i][j] = Info{Size: n(), Counts: protocol.Counts{Series: n(), Points: n(), Samples: n(), Histograms: n(), Exemplars: n()}}
		}
	}
	if err := d.End(); err != nil {
		return nil, err
	}
	it.prepare()
	return it, nil
}

// readInt reads a number of a header. Sums of such numbers do not overflow.
func readInt(d *state.Decoder) int {
	n := d.Uint()
	if n > math.MaxInt32 {
		d.Fail()
		return 0
	}
	return int(n)
}

// seal adds a checksum: a damaged header would have the queue ask for requests
// that never were.
func seal(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func open(b []byte) (*state.Decoder, error) {
	if len(b) < crc32.Size {
		return nil, state.ErrDamaged
	}
	content, sum := b[:len(b)-crc32.Size], binary.LittleEndian.Uint32(b[len(b)-crc32.Size:])
	if crc32.Checksum(content, castagnoli) != sum {
		return nil, state.ErrDamaged
	}
	return state.NewDecoder(content), nil
}
