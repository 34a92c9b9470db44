// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/pairing"
)

// batch passes on the entries of one message, or what was held back of a stream,
// in chunks.
type batch struct {
	s   *stream
	now time.Time
	// ctx ends if others need the memory of this message.
	ctx context.Context
	// entries is how many the message has had.
	entries int
	chunk   *chunk

	// hold is that of the chunk, nil without an admission controller.
	hold *admission.Hold
	// grown is what was decoded inside of entries and is not in hold yet.
	grown int64

	logs    plog.Logs
	records plog.LogRecordSlice
	sent    [entry.NumKinds]int64
	// kinds are those of the records, if senders are checked.
	kinds  []entry.Kind
	counts tally
	// refusal is the last error of the next component.
	refusal error
}

// add takes an entry of a message, and passes the chunk on if it is full.
func (b *batch) add(kind entry.Kind, raw []byte) {
	if b.entries++; b.entries > maxEntries {
		b.counts.entries[tooManyEntries][kind]++
		return
	}
	why, isRepaired := b.chunk.add(kind, raw)
	if why != accepted {
		b.counts.entries[why][kind]++
		return
	}
	if isRepaired {
		b.counts.repaired[kind]++
	}
	if b.chunk.full() {
		b.flush()
	}
}

// flush decodes the entries of the chunk and passes them on.
func (b *batch) flush() {
	if b.s.barred != accepted {
		for _, e := range b.chunk.entries {
			b.counts.entries[b.s.barred][e.kind]++
		}
	} else if len(b.chunk.entries) > 0 && b.admit() {
		for _, e := range b.chunk.entries {
			b.handle(e)
		}
		b.consume()
		b.release()
	}
	b.chunk.clear()
}

// admit waits for memory. Without it the entries are lost: to keep them for
// longer would take memory, too.
func (b *batch) admit() bool {
	if b.s.h.options.Admission == nil {
		return true
	}
	hold, err := b.s.h.options.Admission.Acquire(b.ctx, b.s.client, b.chunk.memory, nil)
	if err == nil {
		b.hold = hold
		return true
	}
	for _, e := range b.chunk.entries {
		b.counts.entries[noMemory][e.kind]++
	}
	return false
}

func (b *batch) release() {
	if b.hold != nil {
		b.hold.Release()
		b.hold, b.grown = nil, 0
	}
}

// handle decodes an entry and makes a record of it unless it is to be left out.
func (b *batch) handle(raw rawEntry) {
	e := &b.chunk.decoded
	if e.Decode(raw.kind, raw.bytes) != nil {
		b.counts.entries[malformed][raw.kind]++
		return
	}
	switch b.s.decide(e, raw, b.now) {
	case pairing.Wait:
		return
	case pairing.LeaveOut:
		if b.s.h.options.Keep == KeepNative {
			b.counts.entries[otherKind][raw.kind]++
		} else {
			b.counts.entries[duplicate][raw.kind]++
		}
		return
	case pairing.PassReplacing:
		b.counts.entries[duplicate][otherOf(raw.kind)]++
	case pairing.PassNoMemory:
		b.counts.overflows[passed]++
	case pairing.PassForgotten:
		b.counts.overflows[forgotten]++
	}
	b.write(e, pcommon.NewTimestampFromTime(b.now))
}

func otherOf(kind entry.Kind) entry.Kind { return entry.TCP - kind }

// finish passes on what is left and counts what became of all entries.
func (b *batch) finish() {
	b.flush()
	b.chunk.release()
	b.s.h.telemetry.add(b.s.ctx, &b.counts)
	b.report(&b.counts)
}
