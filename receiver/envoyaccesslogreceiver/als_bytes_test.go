// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
)

const entriesMetric = "otelcol_receiver_envoy_access_log_entries"

// field writes a field of a message.
func field(number protowire.Number, value ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), bytes.Join(value, nil))
}

// rawMessage holds entries that are serialized already, of HTTP (2) or TCP (3).
func rawMessage(kind protowire.Number, entries ...[]byte) []byte {
	var all []byte
	for _, e := range entries {
		all = append(all, field(1, e)...)
	}
	return field(kind, all)
}

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	return raw
}

// A message or an entry that cannot be read costs nothing but itself: what is
// before it, beside it, and after it on the stream is taken.
func TestMalformedMessages(t *testing.T) {
	good := marshal(t, &accesslogv3.HTTPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{RouteName: "good"}})
	two := rawMessage(2, good, good)
	deep := []byte{}
	for range 200 {
		deep = field(2, field(1, field(1, deep))) // Value.struct_value.fields.value
	}
	certificate := new(accesslogv3.TLSProperties_CertificateProperties)
	for range 2000 {
		certificate.SubjectAltName = append(certificate.SubjectAltName, new(accesslogv3.TLSProperties_CertificateProperties_SubjectAltName))
	}
	manySANs := marshal(t, &accesslogv3.TCPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{
		TlsProperties: &accesslogv3.TLSProperties{PeerCertificateProperties: certificate},
	}})
	for name, test := range map[string]struct {
		raw      []byte
		accepted int64
		// outcome is that of one more entry.
		outcome string
		// messages is 1 if a part of the message itself cannot be read.
		messages int64
	}{
		"empty":                 {raw: nil},
		"garbage":               {raw: []byte("GET / HTTP/1.1\r\n\r\n"), messages: 1},
		"unknown fields":        {raw: append([]byte{0xfa, 0x7f, 0x03, 'a', 'b', 'c'}, two...), accepted: 2},
		"garbage after entries": {raw: append(bytes.Clone(two), 0xff), accepted: 2, messages: 1},
		"cut off":               {raw: append(bytes.Clone(two), two[:len(two)-3]...), accepted: 2, messages: 1},
		"list is malformed":     {raw: append(field(2, field(1, good), []byte{0x0a, 0x7f}), two...), accepted: 3, messages: 1},
		"entry is malformed":    {raw: rawMessage(2, good, []byte{0x0a}, good), accepted: 2, outcome: "malformed"},
		"wrong types":           {raw: []byte{0x0a, 0x02, 0x08, 0x01, 0x12, 0x03, 0x0a, 0x01, 0x0a}, outcome: "malformed"},
		"both kinds":            {raw: append(bytes.Clone(two), rawMessage(3, good)...), accepted: 3},
		"entry is too large":    {raw: rawMessage(2, good, field(1, field(9, make([]byte, 256<<10))), good), accepted: 2, outcome: "too_large"},
		"group is no entry":     {raw: append([]byte{0x13, 0x14}, two...), messages: 1},
		"too many SANs":         {raw: rawMessage(3, good, manySANs, good), accepted: 2, outcome: "too_many_attributes"},
		"deep within an object": {raw: rawMessage(2, good, field(1, field(21, field(1, []byte("x")), field(2, field(1, []byte("type.googleapis.com/google.protobuf.Struct")), field(2, deep))))), accepted: 2},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := testConfig()
			cfg.Entries.Keep = als.KeepAll
			sink := new(consumertest.LogsSink)
			_, tel, conn := startReceiver(t, cfg, sink)
			stream := openRaw(t, conn)
			require.NoError(t, stream.SendMsg(append(marshal(t, &message{Identifier: testIdentifier("a")}), two...)))
			require.NoError(t, stream.SendMsg(test.raw))
			require.NoError(t, stream.SendMsg(two))
			require.NoError(t, stream.CloseSend())
			require.NoError(t, ignoreEOF(stream.RecvMsg(nil)), "the stream goes on")
			assert.Equal(t, 4+test.accepted, value(t, tel, entriesMetric, "outcome", "accepted"))
			assert.Equal(t, int(4+test.accepted), sink.LogRecordCount())
			lost := value(t, tel, entriesMetric) - value(t, tel, entriesMetric, "outcome", "accepted")
			if test.outcome == "" {
				assert.Zero(t, lost)
			} else {
				assert.Equal(t, int64(1), lost)
				assert.Equal(t, int64(1), value(t, tel, entriesMetric, "outcome", test.outcome))
			}
			assert.Equal(t, test.messages, value(t, tel, "otelcol_receiver_envoy_access_log_malformed_messages"))
			waitForEnd(t, tel, "client")
		})
	}
}

// An identifier that cannot be read costs the resource, and no entry.
func TestMalformedIdentifiers(t *testing.T) {
	for name, test := range map[string]struct {
		identifier []byte
		problem    string
	}{
		"cut off":   {[]byte{0x0a, 0x7f}, "malformed"},
		"too large": {field(2, make([]byte, 256<<10)), "too_large"},
		"not UTF-8": {append(field(1, field(1, []byte("node"))), field(2, []byte("log\xff"))...), "invalid_utf8"},
	} {
		t.Run(name, func(t *testing.T) {
			sink := new(consumertest.LogsSink)
			_, tel, conn := startReceiver(t, testConfig(), sink)
			require.NoError(t, ignoreEOF(sendRaw(t, conn, append(rawMessage(2, nil, nil), field(1, test.identifier)...))))
			assert.Equal(t, 2, sink.LogRecordCount())
			assert.Equal(t, int64(1), value(t, tel, "otelcol_receiver_envoy_access_log_bad_identifiers", "problem", test.problem))
			requireUTF8(t, sink.AllLogs())
		})
	}
}

// marker is a string of which each field has its own.
const marker = "marker%04d"

// filler fills every field of a message: strings with markers, and of each oneof
// one alternative.
type filler struct {
	t           *testing.T
	markers     int
	alternative int
}

func (f *filler) marker() string {
	f.markers++
	return fmt.Sprintf(marker, f.markers)
}

func (f *filler) fill(m protoreflect.Message, depth int) {
	if m.Descriptor().FullName() == "google.protobuf.Any" {
		f.fillAny(m.Interface().(*anypb.Any))
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if o := fd.ContainingOneof(); o != nil && o.Fields().Get(f.alternative%o.Fields().Len()) != fd {
			continue
		}
		switch {
		case fd.IsMap():
			key := protoreflect.ValueOfString(f.marker()).MapKey()
			v := m.NewField(fd).Map().NewValue()
			if fd.MapValue().Kind() == protoreflect.StringKind {
				v = protoreflect.ValueOfString(f.marker())
			} else if fd.MapValue().Message() != nil && depth > 0 {
				f.fill(v.Message(), depth-1)
			}
			m.Mutable(fd).Map().Set(key, v)
		case fd.IsList() && fd.Kind() == protoreflect.StringKind:
			m.Mutable(fd).List().Append(protoreflect.ValueOfString(f.marker()))
		case fd.IsList() && fd.Message() != nil && depth > 0:
			f.fill(m.Mutable(fd).List().AppendMutable().Message(), depth-1)
		case fd.IsList():
		case fd.Kind() == protoreflect.StringKind:
			m.Set(fd, protoreflect.ValueOfString(f.marker()))
		case fd.Message() != nil && depth > 0:
			f.fill(m.Mutable(fd).Message(), depth-1)
		}
	}
}

// fillAny makes an object as proxies log them.
func (f *filler) fillAny(a *anypb.Any) {
	var object proto.Message
	if f.alternative > 0 {
		object = wrapperspb.String(f.marker())
	} else {
		object = &structpb.Struct{Fields: map[string]*structpb.Value{f.marker(): structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStringValue(f.marker())}})}}
	}
	require.NoError(f.t, a.MarshalFrom(object))
}

// Each string that an entry or an identifier can hold, written with bytes that
// are not UTF-8, as a client can write into many of them: every entry counts,
// that one too, and all strings are UTF-8.
func TestInvalidUTF8InEachField(t *testing.T) {
	for name, make := range map[string]func() proto.Message{
		"http": func() proto.Message { return new(accesslogv3.HTTPAccessLogEntry) },
		"tcp":  func() proto.Message { return new(accesslogv3.TCPAccessLogEntry) },
	} {
		for alternative := range 3 {
			t.Run(fmt.Sprint(name, alternative), func(t *testing.T) {
				kind := protowire.Number(2)
				if name == "tcp" {
					kind = 3
				}
				f := &filler{t: t, alternative: alternative}
				m := make()
				f.fill(m.ProtoReflect(), 8)
				require.Greater(t, f.markers, 20)
				good := marshal(t, m)

				cfg := testConfig()
				cfg.Entries.Keep = als.KeepAll
				sink := new(consumertest.LogsSink)
				_, tel, conn := startReceiver(t, cfg, sink)
				stream := openRaw(t, conn)
				for i := range f.markers {
					was := fmt.Sprintf(marker, i+1)
					require.Equal(t, 1, bytes.Count(good, []byte(was)))
					bad := bytes.Replace(good, []byte(was), []byte("\xff\xc0\xaf\xed\xa0\x80\xfe\x80\x80\xff")[:len(was)], 1)
					require.NoError(t, stream.SendMsg(rawMessage(kind, good, bad, good)))
				}
				require.NoError(t, stream.CloseSend())
				require.NoError(t, ignoreEOF(stream.RecvMsg(nil)))
				assert.Equal(t, int64(3*f.markers), value(t, tel, entriesMetric, "outcome", "accepted"))
				assert.Equal(t, int64(3*f.markers), value(t, tel, entriesMetric))
				repaired := value(t, tel, "otelcol_receiver_envoy_access_log_repaired_entries", "entry", name)
				assert.Positive(t, repaired)
				assert.GreaterOrEqual(t, repaired, int64(f.markers-10), "strings in objects are repaired later")
				requireUTF8(t, sink.AllLogs())
				first := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
				assert.Equal(t, first.At(0).Attributes().AsRaw(), first.At(2).Attributes().AsRaw(), "the others are unharmed")
			})
		}
	}
}

// The same in an identifier: its stream has its entries.
func TestInvalidUTF8InIdentifier(t *testing.T) {
	f := &filler{t: t}
	m := testIdentifier("")
	f.fill(m.ProtoReflect(), 8)
	good := marshal(t, m)
	sink := new(consumertest.LogsSink)
	_, tel, conn := startReceiver(t, testConfig(), sink)
	for i := range f.markers {
		bad := bytes.Replace(good, fmt.Appendf(nil, marker, i+1), []byte(strings.Repeat("\xff", 10)), 1)
		require.NoError(t, ignoreEOF(sendRaw(t, conn, append(field(1, bad), rawMessage(2, nil)...))))
	}
	assert.Equal(t, f.markers, sink.LogRecordCount())
	assert.Equal(t, int64(f.markers), value(t, tel, "otelcol_receiver_envoy_access_log_bad_identifiers", "problem", "invalid_utf8"))
	requireUTF8(t, sink.AllLogs())
}

// requireUTF8 checks every string of records.
func requireUTF8(t testing.TB, all []plog.Logs) {
	t.Helper()
	for _, ld := range all {
		rl := ld.ResourceLogs().At(0)
		requireMapUTF8(t, rl.Resource().Attributes())
		for _, lr := range rl.ScopeLogs().At(0).LogRecords().All() {
			requireMapUTF8(t, lr.Attributes())
		}
	}
}

func requireMapUTF8(t testing.TB, m pcommon.Map) {
	t.Helper()
	for name, v := range m.All() {
		require.True(t, utf8.ValidString(name), "%q", name)
		requireValueUTF8(t, v)
	}
}

func requireValueUTF8(t testing.TB, v pcommon.Value) {
	t.Helper()
	switch v.Type() {
	case pcommon.ValueTypeStr:
		require.True(t, utf8.ValidString(v.Str()), "%q", v.Str())
	case pcommon.ValueTypeMap:
		requireMapUTF8(t, v.Map())
	case pcommon.ValueTypeSlice:
		for _, item := range v.Slice().All() {
			requireValueUTF8(t, item)
		}
	}
}
