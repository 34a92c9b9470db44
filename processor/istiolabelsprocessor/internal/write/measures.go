// SPDX-License-Identifier: Apache-2.0

package write

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// measures are the numbers of a record that becomes a metric. What the record does not
// say for certain is unsaid.
type measures struct {
	nanoseconds, bytesReceived, bytesSent int64
	messagesReceived, messagesSent        int64
}

// unsaid stands for a number that a record does not say: none is negative.
const unsaid = -1

func measuresOf(rec *accesslog.Record, verdict contract.Verdict) measures {
	m := measures{
		nanoseconds:      unsaid,
		bytesReceived:    bytesOf(rec, accesslog.DownstreamWireBytesReceived, accesslog.BytesReceived),
		bytesSent:        bytesOf(rec, accesslog.DownstreamWireBytesSent, accesslog.BytesSent),
		messagesReceived: unsaid,
		messagesSent:     unsaid,
	}
	if verdict != contract.VerdictHTTP {
		return m
	}
	if ms, ok := rec.Int(accesslog.Duration); ok && ms <= math.MaxInt64/int64(time.Millisecond) {
		m.nanoseconds = ms * int64(time.Millisecond)
	}
	if rec.Has(accesslog.GRPCStats) {
		if received, sent, ok := rec.GRPCMessages(); ok {
			m.messagesReceived, m.messagesSent = received, sent
		}
	}
	return m
}

// bytesOf prefers wire bytes, which Istio's metrics count, to those of bodies.
func bytesOf(rec *accesslog.Record, wire, body accesslog.Op) int64 {
	n, ok := rec.Int(wire)
	if !ok {
		n, ok = rec.Int(body)
	}
	if !ok {
		return unsaid
	}
	return n
}

// usualMeasures is how many attributes append adds to most records.
const usualMeasures = 3

func (m *measures) append(to *xpdata.MapBuilder) {
	appendMeasure(to, contract.AttrDuration, m.nanoseconds)
	appendMeasure(to, contract.AttrMessagesReceived, m.messagesReceived)
	appendMeasure(to, contract.AttrMessagesSent, m.messagesSent)
	appendMeasure(to, contract.AttrBytesReceived, m.bytesReceived)
	appendMeasure(to, contract.AttrBytesSent, m.bytesSent)
}

func appendMeasure(to *xpdata.MapBuilder, name string, n int64) {
	if n != unsaid {
		to.AppendEmpty(name).SetInt(n)
	}
}
