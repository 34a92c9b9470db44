// SPDX-License-Identifier: Apache-2.0

package write

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// usualMeasures is how many attributes appendMeasures adds to most records.
const usualMeasures = 3

// appendMeasures writes the numbers of a record that becomes a metric. What the
// record does not say for certain is left out.
func appendMeasures(to *xpdata.MapBuilder, rec *accesslog.Record, verdict contract.Verdict) {
	if verdict == contract.VerdictHTTP {
		if ms, ok := rec.Int(accesslog.Duration); ok && ms <= math.MaxInt64/int64(time.Millisecond) {
			to.AppendEmpty(contract.AttrDuration).SetInt(ms * int64(time.Millisecond))
		}
		if rec.Has(accesslog.GRPCStats) {
			appendMessages(to, rec)
		}
	}
	appendBytes(to, contract.AttrBytesReceived, rec, accesslog.DownstreamWireBytesReceived, accesslog.BytesReceived)
	appendBytes(to, contract.AttrBytesSent, rec, accesslog.DownstreamWireBytesSent, accesslog.BytesSent)
}

// appendBytes prefers wire bytes, which Istio's metrics count, to those of bodies.
func appendBytes(to *xpdata.MapBuilder, name string, rec *accesslog.Record, wire, body accesslog.Op) {
	n, ok := rec.Int(wire)
	if !ok {
		n, ok = rec.Int(body)
	}
	if ok {
		to.AppendEmpty(name).SetInt(n)
	}
}

func appendMessages(to *xpdata.MapBuilder, rec *accesslog.Record) {
	received, sent, ok := rec.GRPCMessages()
	if ok {
		to.AppendEmpty(contract.AttrMessagesReceived).SetInt(received)
		to.AppendEmpty(contract.AttrMessagesSent).SetInt(sent)
	}
}
