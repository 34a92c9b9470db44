// SPDX-License-Identifier: Apache-2.0

package als

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
)

const (
	// dataFormat names the wire format in spans of the receiver's operations.
	dataFormat = "envoy_als"
	// growStep is how much an entry's objects may take until it is accounted for.
	growStep = 256 << 10
)

// write appends the record of an entry.
func (b *batch) write(e *entry.Entry, observed pcommon.Timestamp) {
	if b.records == (plog.LogRecordSlice{}) {
		b.logs = plog.NewLogs()
		b.s.empty.CopyTo(b.logs)
		b.records = b.logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		b.records.EnsureCapacity(len(b.chunk.entries))
	}
	lr := b.records.AppendEmpty()
	lr.SetObservedTimestamp(observed)
	b.grown += e.WriteTo(lr)
	b.grow(growStep)
	b.sent[e.Kind()]++
	if b.s.verifies() {
		b.kinds = append(b.kinds, e.Kind())
	}
}

// grow accounts for what was decoded inside of entries, if that is so much.
func (b *batch) grow(step int64) {
	if b.hold != nil && b.grown >= step {
		b.hold.Grow(b.grown)
		b.grown = 0
	}
}

// consume passes the records on. What the next component refuses is lost, since
// Envoy cannot be told to send it again, and the stream goes on: ending it would
// lose more.
func (b *batch) consume() {
	b.removeMismatches()
	n := int(b.sent[entry.HTTP] + b.sent[entry.TCP])
	if n == 0 {
		b.logs, b.records, b.kinds = plog.Logs{}, plog.LogRecordSlice{}, b.kinds[:0]
		return
	}
	ctx := b.s.h.obsreport.StartLogsOp(b.s.ctx)
	err := b.s.h.next.ConsumeLogs(ctx, b.logs)
	b.s.h.obsreport.EndLogsOp(ctx, dataFormat, n, err)
	became := accepted
	if err != nil {
		became = refused
		b.refusal = err
	}
	for kind, n := range b.sent {
		b.counts.entries[became][kind] += n
	}
	b.logs, b.records, b.sent, b.kinds = plog.Logs{}, plog.LogRecordSlice{}, [entry.NumKinds]int64{}, b.kinds[:0]
}
