// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// Tags of AccessLogCommon.
const (
	commonDownstreamRemoteAddress          = 2<<3 | length
	commonDownstreamLocalAddress           = 3<<3 | length
	commonTLSProperties                    = 4<<3 | length
	commonStartTime                        = 5<<3 | length
	commonUpstreamRemoteAddress            = 13<<3 | length
	commonUpstreamLocalAddress             = 14<<3 | length
	commonUpstreamCluster                  = 15<<3 | length
	commonResponseFlags                    = 16<<3 | length
	commonUpstreamTransportFailureReason   = 18<<3 | length
	commonRouteName                        = 19<<3 | length
	commonDownstreamDirectRemoteAddress    = 20<<3 | length
	commonFilterStateObjects               = 21<<3 | length
	commonCustomTags                       = 22<<3 | length
	commonDuration                         = 23<<3 | length
	commonUpstreamRequestAttemptCount      = 24<<3 | varint
	commonConnectionTerminationDetails     = 25<<3 | length
	commonStreamID                         = 26<<3 | length
	commonIntermediateLogEntry             = 27<<3 | varint
	commonDownstreamTransportFailureReason = 28<<3 | length
	commonDownstreamWireBytesSent          = 29<<3 | varint
	commonDownstreamWireBytesReceived      = 30<<3 | varint
	commonUpstreamWireBytesSent            = 31<<3 | varint
	commonUpstreamWireBytesReceived        = 32<<3 | varint
	commonAccessLogType                    = 33<<3 | varint
)

// Common is AccessLogCommon. Its fields have the names of the message's.
type Common struct {
	// Sent says that the message was sent, even if it is empty.
	Sent bool

	DownstreamRemoteAddress, DownstreamLocalAddress, DownstreamDirectRemoteAddress Address
	UpstreamRemoteAddress, UpstreamLocalAddress                                    Address

	TLS                 TLS
	StartTime, Duration Time
	ResponseFlags       Flags
	AccessLogType       int32

	StreamID, RouteName, UpstreamCluster                             Text
	ConnectionTerminationDetails                                     Text
	UpstreamTransportFailureReason, DownstreamTransportFailureReason Text
	IntermediateLogEntry                                             bool
	UpstreamRequestAttemptCount                                      uint32
	DownstreamWireBytesSent, DownstreamWireBytesReceived             uint64
	UpstreamWireBytesSent, UpstreamWireBytesReceived                 uint64
}

func (c *Common) decode(e *Entry, start, end int) {
	c.Sent = true
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case commonDownstreamRemoteAddress:
			c.DownstreamRemoteAddress.decode(e, f.Start, f.End)
		case commonDownstreamLocalAddress:
			c.DownstreamLocalAddress.decode(e, f.Start, f.End)
		case commonTLSProperties:
			c.TLS.decode(e, f.Start, f.End)
			continue
		case commonStartTime:
			c.StartTime.decode(e, f.Start, f.End)
			continue
		case commonUpstreamRemoteAddress:
			c.UpstreamRemoteAddress.decode(e, f.Start, f.End)
		case commonUpstreamLocalAddress:
			c.UpstreamLocalAddress.decode(e, f.Start, f.End)
		case commonUpstreamCluster:
			c.UpstreamCluster = e.text(&f)
		case commonResponseFlags:
			c.ResponseFlags.decode(e, f.Start, f.End)
		case commonUpstreamTransportFailureReason:
			c.UpstreamTransportFailureReason = e.text(&f)
		case commonRouteName:
			c.RouteName = e.text(&f)
		case commonDownstreamDirectRemoteAddress:
			c.DownstreamDirectRemoteAddress.decode(e, f.Start, f.End)
		case commonFilterStateObjects:
			e.FilterState = e.addObject(e.FilterState, f.Start, f.End)
		case commonCustomTags:
			e.CustomTags = e.addPair(e.CustomTags, f.Start, f.End)
		case commonDuration:
			c.Duration.decode(e, f.Start, f.End)
		case commonUpstreamRequestAttemptCount:
			c.UpstreamRequestAttemptCount = uint32(f.Varint)
		case commonConnectionTerminationDetails:
			c.ConnectionTerminationDetails = e.text(&f)
		case commonStreamID:
			c.StreamID = e.text(&f)
		case commonIntermediateLogEntry:
			c.IntermediateLogEntry = f.Varint != 0
		case commonDownstreamTransportFailureReason:
			c.DownstreamTransportFailureReason = e.text(&f)
		case commonDownstreamWireBytesSent:
			c.DownstreamWireBytesSent = f.Varint
		case commonDownstreamWireBytesReceived:
			c.DownstreamWireBytesReceived = f.Varint
		case commonUpstreamWireBytesSent:
			c.UpstreamWireBytesSent = f.Varint
		case commonUpstreamWireBytesReceived:
			c.UpstreamWireBytesReceived = f.Varint
		case commonAccessLogType:
			c.AccessLogType = int32(f.Varint)
		default:
			continue
		}
		e.Values++
	}
	e.end(&f)
}
