package istio

import (
	"strconv"

	"github.com/valyala/fastjson"
)

// GRPCMessages reads the counts of a gRPC stream's messages from the filter
// state of Envoy's grpc_stats filter, which is logged as JSON; protobuf's JSON
// writes 64-bit numbers as strings.
func GRPCMessages(stats string) (received, sent int64, ok bool) {
	if stats == "" || len(stats) > maxPeer {
		return 0, 0, false
	}
	v, err := fastjson.Parse(stats)
	if err != nil {
		return 0, 0, false
	}
	received, inOK := messageCount(v, "request_message_count", "requestMessageCount")
	sent, outOK := messageCount(v, "response_message_count", "responseMessageCount")
	return received, sent, inOK || outOK
}

// messageCount reads a count under one of its two names; JSON leaves out zeros.
func messageCount(v *fastjson.Value, names ...string) (int64, bool) {
	for _, name := range names {
		field := v.Get(name)
		if field == nil {
			continue
		}
		if field.Type() == fastjson.TypeString {
			n, err := strconv.ParseInt(string(field.GetStringBytes()), 10, 64)
			return max(n, 0), err == nil
		}
		n, err := field.Int64()
		return max(n, 0), err == nil
	}
	return 0, false
}
