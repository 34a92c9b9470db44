// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Types of filter state objects that are read. Others are passed on as bytes.
const (
	typeStruct    = "type.googleapis.com/google.protobuf.Struct"
	typeString    = "type.googleapis.com/google.protobuf.StringValue"
	typeBytes     = "type.googleapis.com/google.protobuf.BytesValue"
	typeGRPCStats = "type.googleapis.com/envoy.extensions.filters.http.grpc_stats.v3.FilterObject"
)

// maxDepth bounds nested structs: nothing that Envoy logs is deeper.
const maxDepth = 16

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
func (w *writer) object(v pcommon.Value, object *anypb.Any) {
	raw := object.GetValue()
	switch object.GetTypeUrl() {
	case typeStruct:
		var s structpb.Struct
		if w.decode(structType, raw, &s) {
			writeStruct(v.SetEmptyMap(), &s, maxDepth)
			return
		}
	case typeString:
		var s wrapperspb.StringValue
		if w.decode(stringType, raw, &s) {
			v.SetStr(s.GetValue())
			return
		}
	case typeBytes:
		var b wrapperspb.BytesValue
		if w.decode(bytesType, raw, &b) {
			v.SetEmptyBytes().FromRaw(b.GetValue())
			return
		}
	case typeGRPCStats:
		if writeGRPCStats(v, raw) {
			return
		}
	}
	v.SetEmptyBytes().FromRaw(raw)
}

// decode reads an object within an entry. Strings in it that are not UTF-8 are
// repaired: the entry holds the object as bytes, where anything may be.
func (w *writer) decode(t *wire.Message, raw []byte, into proto.Message) bool {
	size, err := t.Measure(raw, objectLimits)
	if err != nil {
		return false
	}
	if size.InvalidUTF8 {
		raw = slices.Clone(raw)
		if t.Repair(raw, objectLimits) != nil {
			return false
		}
	}
	// The decoded object and its attributes are about as large.
	w.objects += 2 * size.Memory
	return proto.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: objectLimits.Depth}.Unmarshal(raw, into) == nil
}

func writeStruct(m pcommon.Map, s *structpb.Struct, depth int) {
	var b xpdata.MapBuilder
	b.EnsureCapacity(len(s.GetFields()))
	for name, value := range sorted(s.GetFields()) {
		writeStructValue(b.AppendEmpty(name), value, depth-1)
	}
	b.UnsafeIntoMap(m)
}

func writeStructValue(v pcommon.Value, value *structpb.Value, depth int) {
	if depth <= 0 {
		return
	}
	switch value := value.GetKind().(type) {
	case *structpb.Value_StringValue:
		v.SetStr(value.StringValue)
	case *structpb.Value_NumberValue:
		v.SetDouble(value.NumberValue)
	case *structpb.Value_BoolValue:
		v.SetBool(value.BoolValue)
	case *structpb.Value_StructValue:
		writeStruct(v.SetEmptyMap(), value.StructValue, depth)
	case *structpb.Value_ListValue:
		list := v.SetEmptySlice()
		list.EnsureCapacity(len(value.ListValue.GetValues()))
		for _, item := range value.ListValue.GetValues() {
			writeStructValue(list.AppendEmpty(), item, depth-1)
		}
	}
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
