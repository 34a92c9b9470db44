package entry

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
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

// writeObject writes an object so that the rules for peers read it.
func writeObject(v pcommon.Value, object *anypb.Any) {
	raw := object.GetValue()
	switch object.GetTypeUrl() {
	case typeStruct:
		var s structpb.Struct
		if proto.Unmarshal(raw, &s) == nil {
			writeStruct(v.SetEmptyMap(), &s, maxDepth)
			return
		}
	case typeString:
		var s wrapperspb.StringValue
		if proto.Unmarshal(raw, &s) == nil {
			v.SetStr(s.GetValue())
			return
		}
	case typeBytes:
		var b wrapperspb.BytesValue
		if proto.Unmarshal(raw, &b) == nil {
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
