package als

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/twins"
)

// dataFormat names the wire format in spans of the receiver's operations.
const dataFormat = "envoy_als"

// batch is what one message becomes.
type batch struct {
	*stream
	now time.Time

	logs    plog.Logs
	records plog.LogRecordSlice
	sent    [entry.NumKinds]int64
	counts  tally
}

// add makes a record of the entry unless it is to be left out; most is how many
// records there may be.
func (b *batch) add(e entry.Entry, most int) {
	kind := e.Kind()
	switch b.decide(e, b.now) {
	case twins.Wait:
		return
	case twins.Drop:
		if b.h.options.Keep == KeepNative {
			b.counts.entries[otherKind][kind]++
		} else {
			b.counts.entries[twin][kind]++
		}
		return
	case twins.DropUnknown:
		b.counts.entries[likelyTwin][kind]++
		b.counts.overflows[leftOut]++
		return
	case twins.Replace:
		b.counts.entries[twin][otherOf(kind)]++
	case twins.PassUnknown:
		b.counts.overflows[passed]++
	case twins.PassForgotten:
		b.counts.overflows[forgotten]++
	}
	b.write(e, pcommon.NewTimestampFromTime(b.now), most)
}

func otherOf(kind entry.Kind) entry.Kind { return entry.TCP - kind }

// write appends the record of an entry.
func (b *batch) write(e entry.Entry, observed pcommon.Timestamp, most int) {
	if b.records == (plog.LogRecordSlice{}) {
		b.logs = plog.NewLogs()
		b.empty.CopyTo(b.logs)
		b.records = b.logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		b.records.EnsureCapacity(most)
	}
	lr := b.records.AppendEmpty()
	lr.SetObservedTimestamp(observed)
	e.WriteTo(lr)
	b.sent[e.Kind()]++
}

// consume passes the records on. What the next component refuses is lost, since
// Envoy cannot be told to send it again, and the stream goes on: ending it would
// lose more.
func (b *batch) consume() {
	if n := int(b.sent[entry.HTTP] + b.sent[entry.TCP]); n > 0 {
		ctx := b.h.obsreport.StartLogsOp(b.ctx)
		err := b.h.next.ConsumeLogs(ctx, b.logs)
		b.h.obsreport.EndLogsOp(ctx, dataFormat, n, err)
		b.counts.entries[accepted] = b.sent
		if err != nil {
			b.counts.entries[accepted], b.counts.entries[refused] = [entry.NumKinds]int64{}, b.sent
			b.h.failures.failed(err, n, b.now)
		}
	}
	b.h.telemetry.add(b.ctx, &b.counts)
}

// pass passes on entries that were held back, those of each stream together.
func (h *Handler) pass(entries []held) {
	if len(entries) == 0 {
		return
	}
	now := time.Now()
	batches := map[*stream]*batch{}
	for _, e := range entries {
		b, ok := batches[e.from]
		if !ok {
			b = &batch{stream: e.from, now: now}
			batches[e.from] = b
		}
		b.write(e.entry, e.observed, 1)
	}
	for _, b := range batches {
		b.consume()
	}
}
