// SPDX-License-Identifier: Apache-2.0

package als

import (
	"errors"
	"sync"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// rawEntry is an entry as it is on the wire.
type rawEntry struct {
	kind  entry.Kind
	bytes []byte
}

// chunk is a number of entries that are decoded and passed on together.
type chunk struct {
	entries []rawEntry
	// bytes are those on the wire, memory what decoding and records take.
	bytes, memory int64
	// decoded is the entry that is being looked at.
	decoded entry.Entry
}

var chunks = sync.Pool{New: func() any { return &chunk{entries: make([]rawEntry, 0, maxChunkEntries)} }}

// release makes the chunk one that can be used again.
func (c *chunk) release() {
	c.clear()
	c.decoded.Release()
	chunks.Put(c)
}

func (c *chunk) clear() {
	clear(c.entries)
	c.entries, c.bytes, c.memory = c.entries[:0], 0, 0
}

func (c *chunk) full() bool { return len(c.entries) == maxChunkEntries || c.bytes >= maxChunkBytes }

// add takes an entry if it may be decoded. If not, outcome says why. repaired is
// true if it had a string that was not UTF-8.
func (c *chunk) add(kind entry.Kind, raw []byte) (why outcome, isRepaired bool) {
	if len(raw) > maxEntryBytes {
		return tooLargeEntry, false
	}
	size, err := entryTypes[kind].Measure(raw, entryLimits)
	if err != nil {
		return outcomeOf(err), false
	}
	if size.InvalidUTF8 {
		raw = repaired(entryTypes[kind], raw, entryLimits)
		c.memory += int64(len(raw))
	}
	c.entries = append(c.entries, rawEntry{kind, raw})
	c.bytes += int64(len(raw))
	c.memory += recordMemory(size)
	return accepted, size.InvalidUTF8
}

// recordMemory is how many bytes decoding an entry and its record take, an upper
// bound.
func recordMemory(size wire.Size) int64 { return size.Memory + entry.RecordBytes }

// outcomeOf says what an error of package wire is counted as.
func outcomeOf(err error) outcome {
	var e *wire.Error
	if errors.As(err, &e) {
		switch e.Reason {
		case wire.TooDeep:
			return tooDeep
		case wire.TooMuchMemory:
			return tooMuchMemory
		case wire.TooManyAttributes:
			return tooManyAttributes
		}
	}
	return malformed
}
