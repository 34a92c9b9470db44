package write

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// usualMeasures is how many attributes putMeasures adds to most records.
const usualMeasures = 3

// putMeasures writes the numbers of a record that becomes a metric. What the
// record does not say for certain is left out.
func putMeasures(attributes pcommon.Map, rec *accesslog.Record, verdict contract.Verdict) {
	if verdict == contract.VerdictHTTP {
		if ms, ok := rec.Int(accesslog.Duration); ok && ms <= math.MaxInt64/int64(time.Millisecond) {
			attributes.PutInt(contract.AttrDuration, ms*int64(time.Millisecond))
		}
		if rec.Has(accesslog.GRPCStats) {
			putMessages(attributes, rec)
		}
	}
	putBytes(attributes, contract.AttrBytesReceived, rec, accesslog.DownstreamWireBytesReceived, accesslog.BytesReceived)
	putBytes(attributes, contract.AttrBytesSent, rec, accesslog.DownstreamWireBytesSent, accesslog.BytesSent)
}

// putBytes prefers wire bytes, which Istio's metrics count, to those of bodies.
func putBytes(attributes pcommon.Map, name string, rec *accesslog.Record, wire, body accesslog.Op) {
	n, ok := rec.Int(wire)
	if !ok {
		n, ok = rec.Int(body)
	}
	if ok {
		attributes.PutInt(name, n)
	}
}

func putMessages(attributes pcommon.Map, rec *accesslog.Record) {
	received, sent, ok := rec.GRPCMessages()
	if ok {
		attributes.PutInt(contract.AttrMessagesReceived, received)
		attributes.PutInt(contract.AttrMessagesSent, sent)
	}
}
