// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"hash/maphash"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// The type of each entry decides whether it is of the kind of its traffic.
func TestNative(t *testing.T) {
	for kind, name := range accesslogv3.AccessLogType_name {
		common := &accesslogv3.AccessLogCommon{AccessLogType: accesslogv3.AccessLogType(kind)}
		http := decoded(t, &accesslogv3.HTTPAccessLogEntry{CommonProperties: common})
		tcp := decoded(t, &accesslogv3.TCPAccessLogEntry{CommonProperties: common})
		switch {
		case name == "NotSet":
			assert.True(t, http.Native() && tcp.Native(), name)
		case strings.HasPrefix(name, "Tcp"), strings.HasPrefix(name, "Udp"):
			assert.True(t, !http.Native() && tcp.Native(), name)
		default:
			assert.True(t, http.Native() && !tcp.Native(), name)
		}
	}
	assert.Equal(t, "http", new(Entry).Kind().String())
	assert.Equal(t, "tcp", decoded(t, &accesslogv3.TCPAccessLogEntry{}).Kind().String())
	assert.True(t, new(Entry).Native())
}

// Both entries of an event have the same hash, and no others have it.
func TestEvent(t *testing.T) {
	seed := maphash.MakeSeed()
	common := func(id string, kind accesslogv3.AccessLogType, start *timestamppb.Timestamp) *accesslogv3.AccessLogCommon {
		return &accesslogv3.AccessLogCommon{StreamId: id, AccessLogType: kind, StartTime: start}
	}
	const end = accesslogv3.AccessLogType_DownstreamEnd
	seen := map[uint64]bool{}
	for _, c := range []*accesslogv3.AccessLogCommon{
		common("", 0, nil), common("a", end, timeOf(1, 2)), common("b", end, timeOf(1, 2)), common("a", end+1, timeOf(1, 2)),
		common("a", end, timeOf(2, 2)), common("a", end, timeOf(1, 3)), common("a", end, nil),
	} {
		http := decoded(t, &accesslogv3.HTTPAccessLogEntry{CommonProperties: c, Request: &accesslogv3.HTTPRequestProperties{Path: "/"}})
		tcp := decoded(t, &accesslogv3.TCPAccessLogEntry{CommonProperties: c})
		assert.Equal(t, http.Event(seed), tcp.Event(seed))
		assert.False(t, seen[http.Event(seed)], c)
		seen[http.Event(seed)] = true
	}
	zero := decoded(t, &accesslogv3.TCPAccessLogEntry{CommonProperties: common("a", end, timeOf(0, 0))})
	assert.True(t, seen[zero.Event(seed)], "no time is a time of zero")
	assert.True(t, seen[new(Entry).Event(seed)])
}

// Each flag that the message has is written.
func TestEveryFlag(t *testing.T) {
	fields := (&accesslogv3.ResponseFlags{}).ProtoReflect().Descriptor().Fields()
	require.Len(t, responseFlags, fields.Len(), "Envoy has a flag more")
	flagsOf := func(f *accesslogv3.ResponseFlags) string {
		e := &accesslogv3.TCPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{ResponseFlags: f}}
		v, ok := attributesOf(t, e).Get(accesslog.ResponseFlags.Key())
		require.True(t, ok)
		return v.Str()
	}
	seen := map[string]bool{}
	for i := range fields.Len() {
		f := &accesslogv3.ResponseFlags{}
		f.ProtoReflect().Set(fields.Get(i), f.ProtoReflect().NewField(fields.Get(i)))
		if fields.Get(i).Message() == nil {
			f.ProtoReflect().Set(fields.Get(i), protoTrue)
		}
		text := flagsOf(f)
		assert.False(t, seen[text] || text == noFlags, "%s: %s", fields.Get(i).Name(), text)
		seen[text] = true
	}
	assert.Equal(t, noFlags, flagsOf(nil))
	assert.Equal(t, noFlags, flagsOf(&accesslogv3.ResponseFlags{}))
	assert.Equal(t, "UH,UAEX,DR", flagsOf(&accesslogv3.ResponseFlags{
		NoHealthyUpstream: true, UnauthorizedDetails: &accesslogv3.ResponseFlags_Unauthorized{}, DownstreamRemoteReset: true,
	}))
}

// The object of Envoy's grpc_stats filter.
func TestGRPCStats(t *testing.T) {
	raw := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 5)
	raw = protowire.AppendVarint(protowire.AppendTag(raw, 2, protowire.VarintType), 7)
	raw = protowire.AppendString(protowire.AppendTag(raw, 9, protowire.BytesType), "unknown")
	got := func(raw []byte) any {
		v, ok := attributesOf(t, withObject("envoy.filters.http.grpc_stats", typeGRPCStats, raw)).Get(accesslog.GRPCStats.Key())
		require.True(t, ok)
		return v.AsRaw()
	}
	assert.Equal(t, map[string]any{"request_message_count": int64(5), "response_message_count": int64(7)}, got(raw))
	assert.Equal(t, map[string]any{"request_message_count": int64(0), "response_message_count": int64(0)}, got(nil))
	assert.Equal(t, raw[:len(raw)-1], got(raw[:len(raw)-1]), "cut off")
	assert.Equal(t, []byte{0x08}, got([]byte{0x08}))
	assert.Equal(t, []byte{0x07}, got([]byte{0x07}))
}

func withObject(name, typeURL string, raw []byte) *accesslogv3.HTTPAccessLogEntry {
	return &accesslogv3.HTTPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{
		FilterStateObjects: map[string]*anypb.Any{name: {TypeUrl: typeURL, Value: raw}},
	}}
}

// What cannot be read is passed on as it is, and what is too deep is cut.
func TestOddObjects(t *testing.T) {
	for _, kind := range []string{typeStruct, typeString, typeBytes, "", "type.googleapis.com/of.nobody"} {
		v, _ := attributesOf(t, withObject("x", kind, []byte{0xff})).Get("x")
		assert.Equal(t, []byte{0xff}, v.AsRaw(), kind)
	}
	deep := structpb.NewStringValue("bottom")
	for i := range 100 {
		if i%2 == 0 {
			deep = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{deep}})
		} else {
			deep = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"x": deep}})
		}
	}
	raw, err := proto.Marshal(&structpb.Struct{Fields: map[string]*structpb.Value{"x": deep}})
	require.NoError(t, err)
	v, _ := attributesOf(t, withObject("x", typeStruct, raw)).Get("x")
	assert.Less(t, strings.Count(v.AsString(), "{")+strings.Count(v.AsString(), "["), maxDepth+1)
	assert.NotContains(t, v.AsString(), "bottom")
}

// Nothing takes more than linear time: a message may hold as many names as fit
// into it.
func TestManyNames(t *testing.T) {
	const many = 100_000
	tags := make(map[string]string, many)
	fields := make(map[string]*structpb.Value, many)
	for i := range many {
		name := strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i%11) + string(rune(0x4e00+i%20000))
		tags[name] = "v"
		fields[name] = structpb.NewBoolValue(true)
	}
	raw, err := proto.Marshal(&structpb.Struct{Fields: fields})
	require.NoError(t, err)
	e := withObject("object", typeStruct, raw)
	e.CommonProperties.CustomTags = tags
	e.Request = &accesslogv3.HTTPRequestProperties{RequestHeaders: tags}
	assert.Greater(t, attributesOf(t, e).Len(), 2*len(tags))
}

func TestTimes(t *testing.T) {
	for _, seconds := range []int64{-1, 1 << 40, 1<<63 - 1, -1 << 63} {
		for _, nanos := range []int32{-1, 2_000_000_000} {
			lr := recordOf(t, &accesslogv3.TCPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{
				StartTime: timeOf(seconds, nanos), Duration: durationOf(seconds, -nanos),
			}})
			assert.Zero(t, lr.Timestamp())
			if v, ok := lr.Attributes().Get(accesslog.Duration.Key()); ok {
				assert.GreaterOrEqual(t, v.Int(), int64(0))
			}
		}
	}
}

// A value that is too long names nothing, and nothing else of an identifier is
// kept.
func TestIdentifier(t *testing.T) {
	long := strings.Repeat("x", maxValue+1)
	id := &accesslogservicev3.StreamAccessLogsMessage_Identifier{LogName: long, Node: &corev3.Node{
		Id: long, Cluster: strings.Repeat("y", maxValue),
		Metadata: &structpb.Struct{Fields: map[string]*structpb.Value{"NAME": structpb.NewStringValue("pod-1"), "OTHER": structpb.NewStringValue("z")}},
	}}
	m := pcommon.NewMap()
	assert.True(t, WriteIdentifier(m, id))
	assert.Equal(t, map[string]any{"node_cluster": strings.Repeat("y", maxValue), "pod": "pod-1"}, m.AsRaw())
	assert.Empty(t, NodeID(id.GetNode()))

	m = pcommon.NewMap()
	assert.False(t, WriteIdentifier(m, nil))
	assert.Zero(t, m.Len())
	assert.Equal(t, "a", NodeID(&corev3.Node{Id: "a"}))
}

// FuzzIdentifier keeps little of whatever identifies a proxy.
func FuzzIdentifier(f *testing.F) {
	f.Add([]byte{0x0a, 0x03, 0x0a, 0x01, 'x'})
	f.Fuzz(func(t *testing.T, raw []byte) {
		id := new(accesslogservicev3.StreamAccessLogsMessage_Identifier)
		if proto.Unmarshal(raw, id) != nil {
			return
		}
		m := pcommon.NewMap()
		WriteIdentifier(m, id)
		assert.LessOrEqual(t, m.Len(), 3+len(nodeMetadata)+len(nodeLabels))
		for name, v := range m.All() {
			assert.LessOrEqual(t, len(v.Str()), maxValue, name)
			assert.NotEmpty(t, v.Str(), name)
		}
	})
}
