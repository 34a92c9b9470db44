// SPDX-License-Identifier: Apache-2.0

package accesslog

var (
	// onlyEnvoys are operators of which only an Envoy access log has one, and
	// whatHappened those of which it has one, too.
	onlyEnvoys   = SetOf(ResponseFlags, UpstreamCluster, AccessLogType, RouteName)
	whatHappened = SetOf(ResponseCode, Protocol, BytesSent, BytesReceived, Duration, DownstreamLocalAddress, UpstreamHost)

	// needed are the operators that labels and metrics need of every record, beside
	// bytes.
	needed        = SetOf(ResponseCode, ResponseFlags, UpstreamCluster, UpstreamHost, RouteName, Duration, DownstreamLocalAddress, Authority)
	bytesReceived = SetOf(BytesReceived, DownstreamWireBytesReceived)
	bytesSent     = SetOf(BytesSent, DownstreamWireBytesSent)
)

// IsAccessLog tells whether the values are those of an Envoy access log.
// Applications log a `method` or a `duration`, too. So one value must be there
// that only Envoy writes, and one that says what happened.
func (r *Record) IsAccessLog() bool { return r.hasAny(onlyEnvoys) && r.hasAny(whatHappened) }

// IsComplete tells whether the record has all operators that labels and metrics
// need. Then a line of text beside it adds nothing.
func (r *Record) IsComplete() bool {
	return r.Present(needed) == needed && r.hasAny(bytesReceived) && r.hasAny(bytesSent)
}

func (r *Record) hasAny(of OpSet) bool { return !r.Present(of).isEmpty() }
