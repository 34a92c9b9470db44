// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Types of filter state objects that are read. Others are passed on as bytes.
const (
	typeStruct    = "type.googleapis.com/google.protobuf.Struct"
	typeString    = "type.googleapis.com/google.protobuf.StringValue"
	typeBytes     = "type.googleapis.com/google.protobuf.BytesValue"
	typeGRPCStats = "type.googleapis.com/envoy.extensions.filters.http.grpc_stats.v3.FilterObject"
)

// objectLimits bound one object. The depth is that of messages: a struct within
// a struct is three levels down.
var (
	objectLimits = wire.Limits{Depth: 100, Memory: 1 << 20, Attributes: 1024}

	structType = wire.Describe(&structpb.Struct{})
	stringType = wire.Describe(&wrapperspb.StringValue{})
	bytesType  = wire.Describe(&wrapperspb.BytesValue{})
)

// object writes an object so that the rules for peers read it. What cannot be
// decoded, or is too large, is passed on as bytes.
func (w *writer) object(v pcommon.Value, object envoyproto.Pair) {
	raw := w.entry.Bytes(object.Value)
	switch string(w.entry.Bytes(object.TypeURL)) {
	case typeStruct:
		if message, ok := w.readable(structType, raw); ok {
			w.structure(v.SetEmptyMap(), message, maxDepth)
			return
		}
	case typeString:
		if message, ok := w.readable(stringType, raw); ok {
			v.SetStr(w.strings.keep(wrapped(message)))
			return
		}
	case typeBytes:
		if message, ok := w.readable(bytesType, raw); ok {
			v.SetEmptyBytes().FromRaw(wrapped(message))
			return
		}
	case typeGRPCStats:
		if writeGRPCStats(v, raw) {
			return
		}
	}
	v.SetEmptyBytes().FromRaw(raw)
}

// readable tells whether an object within an entry may be read. Strings in it that
// are not UTF-8 are repaired: the entry holds the object as bytes, where anything
// may be.
func (w *writer) readable(t *wire.Message, raw []byte) (message []byte, ok bool) {
	size, err := t.Measure(raw, objectLimits)
	if err != nil {
		return nil, false
	}
	if size.InvalidUTF8 {
		raw = slices.Clone(raw)
		if t.Repair(raw, objectLimits) != nil {
			return nil, false
		}
	}
	// The object's attributes take about twice its size.
	w.objects += 2 * size.Memory
	return raw, true
}

// wrappedValue is the tag of StringValue and of BytesValue.
const wrappedValue = 1<<3 | uint64(wire.Length)

// wrapped is the value of a StringValue or a BytesValue.
func wrapped(message []byte) (value []byte) {
	f := wire.Scan(message, 0, len(message))
	for f.Next() {
		if f.Tag == wrappedValue {
			value = f.Bytes()
		}
	}
	return value
}

// writeGRPCStats reads the two counts of Envoy's grpc_stats filter. Its message
// is not linked in for them.
func writeGRPCStats(v pcommon.Value, raw []byte) bool {
	counts := [...]uint64{1: 0, 2: 0}
	for len(raw) > 0 {
		number, kind, n := protowire.ConsumeTag(raw)
		if n < 0 {
			return false
		}
		raw = raw[n:]
		if kind == protowire.VarintType && int(number) < len(counts) {
			counts[number], n = protowire.ConsumeVarint(raw)
		} else {
			n = protowire.ConsumeFieldValue(number, kind, raw)
		}
		if n < 0 {
			return false
		}
		raw = raw[n:]
	}
	m := v.SetEmptyMap()
	m.PutInt("request_message_count", int64(counts[1]))
	m.PutInt("response_message_count", int64(counts[2]))
	return true
}
