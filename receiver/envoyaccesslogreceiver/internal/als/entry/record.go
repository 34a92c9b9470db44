// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"math"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

// RecordBytes is what decoding an entry and its record may take, in bytes, beside
// the memory that package wire says the entry takes, and what WriteTo gives. A
// record takes less than the messages of Go's protobuf library would, but for what
// every record has.
const RecordBytes = 4 << 10

// WriteTo makes an empty log record that of the entry. The record shares no
// memory with the entry; its strings share one piece of memory. It gives the
// bytes of memory that reading objects within the entry took, an upper estimate.
func (e *Entry) WriteTo(lr plog.LogRecord) (objectBytes int64) {
	w := &e.writer
	w.begin(&e.proto)
	if t, ok := timestamp(e.proto.Common.StartTime); ok {
		lr.SetTimestamp(t)
	}
	if e.kind == TCP {
		w.connection(&e.proto.Connection)
	} else {
		w.request(e.proto.ProtocolVersion, &e.proto.Request)
		w.response(&e.proto.Response)
	}
	if e.proto.Common.Sent {
		w.common(&e.proto.Common)
	}
	w.attributes.UnsafeIntoMap(lr.Attributes())
	return w.objects
}

func (w *writer) common(c *envoyproto.Common) {
	if c.AccessLogType != int32(accesslogv3.AccessLogType_NotSet) {
		w.static(accesslog.AccessLogType, accessLogTypes.name(c.AccessLogType))
	}
	w.text(accesslog.StreamID, c.StreamID)
	if c.IntermediateLogEntry {
		w.attributes.AppendEmpty(attrIntermediate).SetBool(true)
	}
	w.milliseconds(accesslog.Duration, c.Duration)

	w.text(accesslog.RouteName, c.RouteName)
	w.text(accesslog.UpstreamCluster, c.UpstreamCluster)
	w.address(accesslog.UpstreamHost, &c.UpstreamRemoteAddress)
	w.address(accesslog.UpstreamLocalAddress, &c.UpstreamLocalAddress)
	w.address(accesslog.DownstreamLocalAddress, &c.DownstreamLocalAddress)
	w.address(accesslog.DownstreamRemoteAddress, &c.DownstreamRemoteAddress)
	w.address(accesslog.DownstreamDirectRemoteAddress, &c.DownstreamDirectRemoteAddress)

	w.static(accesslog.ResponseFlags, w.flags(c.ResponseFlags))
	w.text(accesslog.ConnectionTerminationDetails, c.ConnectionTerminationDetails)
	w.text(accesslog.UpstreamTransportFailureReason, c.UpstreamTransportFailureReason)
	w.namedText(attrDownstreamFailure, c.DownstreamTransportFailureReason)
	w.number(attrAttempts, uint64(c.UpstreamRequestAttemptCount))

	w.count(accesslog.DownstreamWireBytesReceived, c.DownstreamWireBytesReceived)
	w.count(accesslog.DownstreamWireBytesSent, c.DownstreamWireBytesSent)
	w.number(attrUpstreamWireReceived, c.UpstreamWireBytesReceived)
	w.number(attrUpstreamWireSent, c.UpstreamWireBytesSent)

	w.tls(&c.TLS)
	w.filterState()
	w.customTags()
}

// connection writes what only an entry of kind TCP has. Protobuf does not send
// a zero, so the counts are known wherever the message that holds them was sent.
func (w *writer) connection(c *envoyproto.Connection) {
	if !c.Sent {
		return
	}
	w.known(accesslog.BytesReceived, c.ReceivedBytes)
	w.known(accesslog.BytesSent, c.SentBytes)
}

// milliseconds writes a time as %DURATION% does, without the rest.
func (w *writer) milliseconds(op accesslog.Op, d envoyproto.Time) {
	if !d.Sent || d.Seconds < 0 || d.Nanos < 0 || d.Seconds > math.MaxInt64/int64(time.Microsecond) {
		return
	}
	w.op(op).SetInt(d.Seconds*1000 + int64(d.Nanos)/int64(time.Millisecond))
}

// timestamp is false for what pdata cannot say.
func timestamp(t envoyproto.Time) (pcommon.Timestamp, bool) {
	const maxSeconds = math.MaxInt64 / int64(time.Second)
	if !t.Sent || t.Seconds < 0 || t.Seconds >= maxSeconds || t.Nanos < 0 || t.Nanos >= int32(time.Second) {
		return 0, false
	}
	return pcommon.Timestamp(uint64(t.Seconds)*uint64(time.Second) + uint64(t.Nanos)), true
}
