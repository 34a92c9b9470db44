package reference

import (
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
)

// Kind is that of the logger that made an entry, which need not be the kind of
// the traffic: Istio gives every logger to every listener.
type Kind uint8

// The kinds of entries.
const (
	HTTP Kind = iota
	TCP

	// NumKinds is the number of kinds.
	NumKinds
)

// String is the kind as self-telemetry writes it.
func (k Kind) String() string {
	if k == TCP {
		return "tcp"
	}
	return "http"
}

// Entry is an entry of either kind.
type Entry struct {
	// HTTP is nil for an entry of kind TCP, and TCP for one of kind HTTP.
	HTTP *accesslogv3.HTTPAccessLogEntry
	TCP  *accesslogv3.TCPAccessLogEntry
}

// Kind of the entry.
func (e Entry) Kind() Kind {
	if e.TCP != nil {
		return TCP
	}
	return HTTP
}

// Common is what entries of both kinds have; it may be nil.
func (e Entry) Common() *accesslogv3.AccessLogCommon {
	if e.TCP != nil {
		return e.TCP.GetCommonProperties()
	}
	return e.HTTP.GetCommonProperties()
}

// Native tells whether the entry is of the kind of its traffic. If not, then it
// lacks what only the other kind has, and if the proxy has a logger of the other
// kind, too, then the same event has a native entry. Proxies before Envoy 1.26
// do not say the type: theirs are taken for native.
func (e Entry) Native() bool {
	switch e.Common().GetAccessLogType() {
	case accesslogv3.AccessLogType_NotSet:
		return true
	case accesslogv3.AccessLogType_TcpUpstreamConnected, accesslogv3.AccessLogType_TcpPeriodic,
		accesslogv3.AccessLogType_TcpConnectionStart, accesslogv3.AccessLogType_TcpConnectionEnd,
		accesslogv3.AccessLogType_UdpTunnelUpstreamConnected, accesslogv3.AccessLogType_UdpPeriodic,
		accesslogv3.AccessLogType_UdpSessionEnd:
		return e.Kind() == TCP
	default:
		return e.Kind() == HTTP
	}
}

// Event is what two entries of one event have in common, and those of two
// events do not, except those of reports from one connection.
type Event struct {
	stream  string
	kind    accesslogv3.AccessLogType
	seconds int64
	nanos   int32
}

// Event of the entry.
func (e Entry) Event() Event {
	c := e.Common()
	return Event{
		stream: c.GetStreamId(), kind: c.GetAccessLogType(),
		seconds: c.GetStartTime().GetSeconds(), nanos: c.GetStartTime().GetNanos(),
	}
}
