package accesslog

// IsAccessLog tells whether the values are those of an Envoy access log.
// Applications log a `method` or a `duration`, too. So one value must be there
// that only Envoy writes, and one that says what happened.
func (r *Record) IsAccessLog() bool {
	return r.hasAny(ResponseFlags, UpstreamCluster, AccessLogType, RouteName) &&
		r.hasAny(ResponseCode, Protocol, BytesSent, BytesReceived, Duration, DownstreamLocalAddress, UpstreamHost)
}

// neededOps are the operators that labels and metrics need of every record,
// beside bytes.
var neededOps = []Op{ResponseCode, ResponseFlags, UpstreamCluster, UpstreamHost, RouteName, Duration, DownstreamLocalAddress, Authority}

// IsComplete tells whether the record has all operators that labels and metrics
// need. Then a line of text beside it adds nothing.
func (r *Record) IsComplete() bool {
	for _, op := range neededOps {
		if !r.Has(op) {
			return false
		}
	}
	return r.hasAny(BytesReceived, DownstreamWireBytesReceived) && r.hasAny(BytesSent, DownstreamWireBytesSent)
}

func (r *Record) hasAny(ops ...Op) bool {
	for _, op := range ops {
		if r.Has(op) {
			return true
		}
	}
	return false
}
