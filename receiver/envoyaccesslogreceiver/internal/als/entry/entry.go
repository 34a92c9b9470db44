// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"hash/maphash"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
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

// Entry is an entry of either kind. It is used for one entry after the other, so
// that decoding and writing allocate nothing but what the record keeps.
type Entry struct {
	kind   Kind
	proto  envoyproto.Entry
	writer writer
}

// Decode reads an entry. The bytes must not change as long as the entry is used.
// It returns an error if they are malformed. Package wire has found them to be a
// message within limits, whose strings are UTF-8, so that there is none.
func (e *Entry) Decode(kind Kind, raw []byte) error {
	e.kind = kind
	if kind == TCP {
		return e.proto.DecodeTCP(raw)
	}
	return e.proto.DecodeHTTP(raw)
}

// Release lets go of the bytes that were decoded.
func (e *Entry) Release() {
	e.proto.Release()
	e.writer.release()
}

// Kind of the entry.
func (e *Entry) Kind() Kind { return e.kind }

// accessLogType says what an entry reports.
func (e *Entry) accessLogType() accesslogv3.AccessLogType {
	return accesslogv3.AccessLogType(e.proto.Common.AccessLogType)
}

// Native tells whether the entry is of the kind of its traffic. If not, then it
// lacks what only the other kind has, and if the proxy has a logger of the other
// kind, too, then the same event has a native entry. Proxies before Envoy 1.26
// do not say the type: theirs are taken for native.
func (e *Entry) Native() bool {
	switch e.accessLogType() {
	case accesslogv3.AccessLogType_NotSet:
		return true
	case accesslogv3.AccessLogType_TcpUpstreamConnected, accesslogv3.AccessLogType_TcpPeriodic,
		accesslogv3.AccessLogType_TcpConnectionStart, accesslogv3.AccessLogType_TcpConnectionEnd,
		accesslogv3.AccessLogType_UdpTunnelUpstreamConnected, accesslogv3.AccessLogType_UdpPeriodic,
		accesslogv3.AccessLogType_UdpSessionEnd:
		return e.kind == TCP
	default:
		return e.kind == HTTP
	}
}

// event is what two entries of one event have in common, and those of two
// events do not, except those of reports from one connection.
type event struct {
	stream uint64
	kind   int32
	start  envoyproto.Time
}

// Event is a hash of what two entries of one event have in common, and those of
// two events do not, except those of reports from one connection.
func (e *Entry) Event(seed maphash.Seed) uint64 {
	c := &e.proto.Common
	start := c.StartTime
	start.Sent = false // a time of zero is the same as none
	return maphash.Comparable(seed, event{
		stream: maphash.Bytes(seed, e.proto.Bytes(c.StreamID)), kind: c.AccessLogType, start: start,
	})
}
