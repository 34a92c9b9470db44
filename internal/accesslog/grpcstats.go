// SPDX-License-Identifier: Apache-2.0

package accesslog

import (
	"strconv"

	"github.com/valyala/fastjson"
)

// maxGRPCStats bounds the text of GRPCStats, in bytes. Envoy's own has some
// hundred.
const maxGRPCStats = 16 << 10

// GRPCMessages is how many messages a gRPC request received from the downstream
// and sent to it, as the filter state of Envoy's grpc_stats filter says. It is
// false where the record has no such state, or one that cannot be read.
//
// Envoy logs the state as JSON. Protobuf's JSON writes 64-bit numbers as strings
// and leaves zeros out.
func (r *Record) GRPCMessages() (received, sent int64, ok bool) {
	stats := r.Get(GRPCStats)
	if stats == "" || len(stats) > maxGRPCStats {
		return 0, 0, false
	}
	v, err := fastjson.Parse(stats)
	if err != nil {
		return 0, 0, false
	}
	received, hasReceived := messageCount(v, "request_message_count", "requestMessageCount")
	sent, hasSent := messageCount(v, "response_message_count", "responseMessageCount")
	return received, sent, hasReceived || hasSent
}

// messageCount reads a count under one of its two names. A negative one is 0.
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
