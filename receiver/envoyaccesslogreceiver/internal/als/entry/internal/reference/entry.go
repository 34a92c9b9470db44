// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"google.golang.org/protobuf/proto"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
)

// Entry is an entry of either kind.
type Entry struct {
	// HTTP is nil for an entry of kind TCP, and TCP for one of kind HTTP.
	HTTP *accesslogv3.HTTPAccessLogEntry
	TCP  *accesslogv3.TCPAccessLogEntry

	http accesslogv3.HTTPAccessLogEntry
	tcp  accesslogv3.TCPAccessLogEntry
}

// Decode decodes an entry. Its message is used again for the next one.
func (e *Entry) Decode(http bool, raw []byte) error {
	options := proto.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: 100}
	if http {
		e.HTTP, e.TCP = &e.http, nil
		return options.Unmarshal(raw, e.HTTP)
	}
	e.HTTP, e.TCP = nil, &e.tcp
	return options.Unmarshal(raw, e.TCP)
}

// Common is what entries of both kinds have; it may be nil.
func (e *Entry) Common() *accesslogv3.AccessLogCommon {
	if e.TCP != nil {
		return e.TCP.GetCommonProperties()
	}
	return e.HTTP.GetCommonProperties()
}

// Native tells whether the entry is of the kind of its traffic. If not, then it
// lacks what only the other kind has, and if the proxy has a logger of the other
// kind, too, then the same event has a native entry. Proxies before Envoy 1.26
// do not say the type: theirs are taken for native.
func (e *Entry) Native() bool {
	switch e.Common().GetAccessLogType() {
	case accesslogv3.AccessLogType_NotSet:
		return true
	case accesslogv3.AccessLogType_TcpUpstreamConnected, accesslogv3.AccessLogType_TcpPeriodic,
		accesslogv3.AccessLogType_TcpConnectionStart, accesslogv3.AccessLogType_TcpConnectionEnd,
		accesslogv3.AccessLogType_UdpTunnelUpstreamConnected, accesslogv3.AccessLogType_UdpPeriodic,
		accesslogv3.AccessLogType_UdpSessionEnd:
		return e.TCP != nil
	default:
		return e.TCP == nil
	}
}
