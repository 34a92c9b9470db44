// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry/internal/reference"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

var (
	entryTypes = [NumKinds]*wire.Message{
		HTTP: wire.Describe(&accesslogv3.HTTPAccessLogEntry{}),
		TCP:  wire.Describe(&accesslogv3.TCPAccessLogEntry{}),
	}
	entryLimits = wire.Limits{Depth: 100, Memory: 8 << 20, Attributes: 1024}
)

// comparer compares the records of entries with those that Go's protobuf library
// and its messages make. It is used for many entries, as a chunk does.
type comparer struct {
	own  Entry
	want reference.Entry
	// last is the record of the entry before, and lastBytes what it was then.
	last      plog.Logs
	lastBytes []byte
	// compared is how many records were, and fields how many attributes they had.
	compared, fields int
}

// compare compares the records of an entry. What package wire lets through must
// be decoded; what it refuses is compared if both decode it.
func (c *comparer) compare(t testing.TB, kind Kind, raw []byte) {
	t.Helper()
	size, refused := entryTypes[kind].Measure(raw, entryLimits)
	if refused == nil && size.InvalidUTF8 {
		raw = bytes.Clone(raw)
		require.NoError(t, entryTypes[kind].Repair(raw, entryLimits))
	}
	wantErr := c.want.Decode(kind == HTTP, raw)
	copied := bytes.Clone(raw)
	ownErr := c.own.Decode(kind, copied)
	if refused == nil {
		require.NoError(t, wantErr)
		require.NoError(t, ownErr)
	}
	if wantErr != nil || ownErr != nil {
		return
	}
	require.Equal(t, c.want.Native(), c.own.Native())

	want, got := plog.NewLogs(), plog.NewLogs()
	wantObjects := c.want.WriteTo(newRecord(want))
	require.Equal(t, wantObjects, c.own.WriteTo(newRecord(got)))
	clear(copied) // the record shares no memory with it
	gotBytes := marshal(t, got)
	if wantBytes := marshal(t, want); !bytes.Equal(wantBytes, gotBytes) {
		require.Equal(t, recordIn(want).Attributes().AsRaw(), recordIn(got).Attributes().AsRaw())
		require.Equal(t, wantBytes, gotBytes)
	}
	if c.compared > 0 {
		require.Equal(t, c.lastBytes, marshal(t, c.last), "the record before stays as it was")
	}
	c.last, c.lastBytes = got, gotBytes
	c.compared, c.fields = c.compared+1, c.fields+recordIn(got).Attributes().Len()
}

func newRecord(to plog.Logs) plog.LogRecord {
	return to.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
}

func recordIn(logs plog.Logs) plog.LogRecord {
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}

func marshal(t testing.TB, logs plog.Logs) []byte {
	t.Helper()
	b, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	return b
}

// TestSamplesAgainstProtobuf compares what proxies sent, whole and cut off.
func TestSamplesAgainstProtobuf(t *testing.T) {
	var c comparer
	samples := allSamples(t)
	for _, s := range samples {
		c.compare(t, s.kind, s.raw)
	}
	assert.Equal(t, len(samples), c.compared)
	for i, s := range samples {
		c.compare(t, TCP-s.kind, s.raw)
		c.compare(t, s.kind, s.raw[:i*37%(len(s.raw)+1)])
	}
}

// TestRandomAgainstProtobuf compares messages that no library would write.
func TestRandomAgainstProtobuf(t *testing.T) {
	for name, g := range map[string]*generator{
		"good":      {Rand: rand.New(rand.NewPCG(1, 1)), strings: goodStrings},
		"odd":       {Rand: rand.New(rand.NewPCG(2, 2)), strings: goodStrings, odd: 10, merges: true},
		"not UTF-8": {Rand: rand.New(rand.NewPCG(3, 3)), strings: badStrings, odd: 1},
	} {
		t.Run(name, func(t *testing.T) {
			const times = 1500
			var c comparer
			for i := range times {
				kind := Kind(i % int(NumKinds))
				c.compare(t, kind, g.message(descriptors[kind], 8))
			}
			t.Logf("%d records, %d attributes", c.compared, c.fields)
			assert.Greater(t, c.compared, times/2)
			assert.Greater(t, c.fields, 5*c.compared)
		})
	}
}

// TestDeepAgainstProtobuf compares structs as deep as is read, and deeper.
func TestDeepAgainstProtobuf(t *testing.T) {
	var c comparer
	inStructs, inLists := structpb.NewStringValue("bottom"), structpb.NewStringValue("bottom")
	for range 2 * maxDepth {
		inStructs = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"x": inStructs, "y": inLists}})
		inLists = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewNullValue(), inLists}})
		raw, err := proto.Marshal(&structpb.Struct{Fields: map[string]*structpb.Value{"s": inStructs, "l": inLists}})
		require.NoError(t, err)
		raw, err = proto.Marshal(withObject("x", typeStruct, raw))
		require.NoError(t, err)
		c.compare(t, HTTP, raw)
	}
	assert.Equal(t, 2*maxDepth, c.compared)
}

// FuzzEntry compares any bytes, and looks at what records of them are.
func FuzzEntry(f *testing.F) {
	for i, s := range allSamples(f) {
		if i%20 == 0 {
			f.Add(s.raw, s.kind == HTTP)
		}
	}
	g := &generator{Rand: rand.New(rand.NewPCG(4, 4)), strings: badStrings, odd: 5}
	for i := range 20 {
		kind := Kind(i % int(NumKinds))
		f.Add(g.message(descriptors[kind], 8), kind == HTTP)
	}
	f.Add([]byte{}, true)
	f.Fuzz(func(t *testing.T, raw []byte, http bool) {
		kind := TCP
		if http {
			kind = HTTP
		}
		var c comparer
		c.compare(t, kind, raw)
		if c.compared == 0 {
			return
		}
		names := map[string]bool{}
		for name, v := range recordIn(c.last).Attributes().All() {
			assert.False(t, names[name], "%q stands twice", name)
			names[name] = true
			if v.Type() == pcommon.ValueTypeStr {
				assert.True(t, utf8.ValidString(v.Str()))
			}
			if _, known := formats.Operators.ByKey(name); known && v.Type() == pcommon.ValueTypeInt {
				assert.GreaterOrEqual(t, v.Int(), int64(0), name)
			}
		}
	})
}

// Decoding allocates nothing, and writing a record what pdata does, and one piece
// of memory for the strings.
func TestAllocations(t *testing.T) {
	var e Entry
	lr := plog.NewLogRecord()
	for _, s := range capturedSamples(t, "sidecars") {
		assert.Zero(t, testing.AllocsPerRun(1, func() { _ = e.Decode(s.kind, s.raw) }))
		got := testing.AllocsPerRun(1, func() { e.WriteTo(lr) })
		// A slice for the attributes, strings, and a value for each attribute.
		assert.LessOrEqual(t, int(got), 2+lr.Attributes().Len())
	}
}
