// SPDX-License-Identifier: Apache-2.0

package als

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/pairing"
)

// pass passes on entries that were held back, those of each stream together.
func (h *Handler) pass(entries []pairing.Due[held]) {
	if len(entries) == 0 {
		return
	}
	now := time.Now()
	byStream := map[*stream][]pairing.Due[held]{}
	for _, e := range entries {
		byStream[e.Entry.from] = append(byStream[e.Entry.from], e)
	}
	for s, some := range byStream {
		s.passHeld(some, now)
	}
}

// passHeld passes on entries of the stream. They were admitted when they came,
// so they do not wait for memory, and are only accounted for.
func (s *stream) passHeld(entries []pairing.Due[held], now time.Time) {
	b := batch{s: s, ctx: s.ctx, now: now, chunk: chunks.Get().(*chunk)}
	n, bytes := 0, 0
	for _, d := range entries {
		if n == 0 && s.h.options.Admission != nil {
			// With 0 bytes there is no error.
			b.hold, _ = s.h.options.Admission.Acquire(s.ctx, s.client, 0, nil)
		}
		b.passOne(d.Entry)
		n, bytes = n+1, bytes+len(d.Entry.entry.bytes)
		d.Done()
		if n == maxChunkEntries || bytes >= maxChunkBytes {
			b.consume()
			b.release()
			n, bytes = 0, 0
		}
	}
	b.consume()
	b.release()
	b.finish()
}

func (b *batch) passOne(h held) {
	size, err := entryTypes[h.entry.kind].Measure(h.entry.bytes, entryLimits)
	if err != nil {
		b.counts.entries[malformed][h.entry.kind]++
		return
	}
	b.grown += recordMemory(size)
	b.grow(0)
	e := &b.chunk.decoded
	if e.Decode(h.entry.kind, h.entry.bytes) != nil {
		b.counts.entries[malformed][h.entry.kind]++
		return
	}
	b.write(e, h.observed)
}
