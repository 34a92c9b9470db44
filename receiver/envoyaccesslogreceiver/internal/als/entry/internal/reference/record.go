// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"math"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// WriteTo makes an empty log record that of the entry. What the record holds
// shares no memory with the entry but its strings. It gives the bytes of memory
// that decoding objects within the entry took, an upper estimate.
func (e *Entry) WriteTo(lr plog.LogRecord) (objectBytes int64) {
	w := writer{}
	w.b.EnsureCapacity(usualAttributes)
	common := e.Common()
	if t, ok := timestamp(common.GetStartTime()); ok {
		lr.SetTimestamp(t)
	}
	if e.TCP != nil {
		w.connection(e.TCP.GetConnectionProperties())
	} else {
		w.request(e.HTTP.GetProtocolVersion(), e.HTTP.GetRequest())
		w.response(e.HTTP)
	}
	if common != nil {
		w.common(common)
	}
	w.b.UnsafeIntoMap(lr.Attributes())
	return w.objects
}

func (w *writer) common(c *accesslogv3.AccessLogCommon) {
	if t := c.GetAccessLogType(); t != accesslogv3.AccessLogType_NotSet {
		w.str(accesslog.AccessLogType, t.String())
	}
	w.str(accesslog.StreamID, c.GetStreamId())
	if c.GetIntermediateLogEntry() { //nolint:staticcheck // proxies still say it
		w.b.AppendEmpty(attrIntermediate).SetBool(true)
	}
	w.milliseconds(accesslog.Duration, c.GetDuration())

	w.str(accesslog.RouteName, c.GetRouteName())
	w.str(accesslog.UpstreamCluster, c.GetUpstreamCluster())
	w.address(accesslog.UpstreamHost, c.GetUpstreamRemoteAddress())
	w.address(accesslog.UpstreamLocalAddress, c.GetUpstreamLocalAddress())
	w.address(accesslog.DownstreamLocalAddress, c.GetDownstreamLocalAddress())
	w.address(accesslog.DownstreamRemoteAddress, c.GetDownstreamRemoteAddress())
	w.address(accesslog.DownstreamDirectRemoteAddress, c.GetDownstreamDirectRemoteAddress())

	w.flags(c.GetResponseFlags())
	w.str(accesslog.ConnectionTerminationDetails, c.GetConnectionTerminationDetails())
	w.str(accesslog.UpstreamTransportFailureReason, c.GetUpstreamTransportFailureReason())
	w.named(attrDownstreamFailure, c.GetDownstreamTransportFailureReason())
	w.number(attrAttempts, uint64(c.GetUpstreamRequestAttemptCount()))

	w.count(accesslog.DownstreamWireBytesReceived, c.GetDownstreamWireBytesReceived())
	w.count(accesslog.DownstreamWireBytesSent, c.GetDownstreamWireBytesSent())
	w.number(attrUpstreamWireReceived, c.GetUpstreamWireBytesReceived())
	w.number(attrUpstreamWireSent, c.GetUpstreamWireBytesSent())

	w.tls(c.GetTlsProperties())
	w.filterState(c.GetFilterStateObjects())
	w.customTags(c.GetCustomTags(), c.GetFilterStateObjects())
}

// connection writes what only an entry of kind TCP has. Protobuf does not send
// a zero, so the counts are known wherever the message that holds them was sent.
func (w *writer) connection(c *accesslogv3.ConnectionProperties) {
	if c == nil {
		return
	}
	w.known(accesslog.BytesReceived, c.GetReceivedBytes())
	w.known(accesslog.BytesSent, c.GetSentBytes())
}

// milliseconds writes a time as %DURATION% does, without the rest.
func (w *writer) milliseconds(op accesslog.Op, d *durationpb.Duration) {
	if d == nil || d.GetSeconds() < 0 || d.GetNanos() < 0 || d.GetSeconds() > math.MaxInt64/int64(time.Microsecond) {
		return
	}
	w.op(op).SetInt(d.GetSeconds()*1000 + int64(d.GetNanos())/int64(time.Millisecond))
}

// timestamp is false for what pdata cannot say.
func timestamp(t *timestamppb.Timestamp) (pcommon.Timestamp, bool) {
	const maxSeconds = math.MaxInt64 / int64(time.Second)
	if t == nil || t.GetSeconds() < 0 || t.GetSeconds() >= maxSeconds || t.GetNanos() < 0 || t.GetNanos() >= int32(time.Second) {
		return 0, false
	}
	return pcommon.Timestamp(uint64(t.GetSeconds())*uint64(time.Second) + uint64(t.GetNanos())), true
}
