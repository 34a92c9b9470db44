// SPDX-License-Identifier: Apache-2.0

package otlplogs_test

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlplogs"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlptest"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

var limits = wire.Limits{Depth: 100, Memory: 64 << 20, Attributes: 1 << 20}

// requireSame compares what is decoded with what pdata decodes. It tells whether there was
// anything to compare.
func requireSame(t testing.TB, b []byte) bool {
	t.Helper()
	size, err := wire.OTLPLogs.Measure(b, limits)
	if err != nil || size.Uncommon {
		return false
	}
	want := plogotlp.NewExportRequest()
	require.NoError(t, want.UnmarshalProto(b))
	got, err := otlplogs.Decode(b)
	require.NoError(t, err)
	require.Equal(t, size.Records, got.LogRecordCount())
	left, err := want.MarshalProto()
	require.NoError(t, err)
	right, err := plogotlp.NewExportRequestFromLogs(got).MarshalProto()
	require.NoError(t, err)
	require.Equal(t, left, right)
	return true
}

func field(number protowire.Number, parts ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), message(parts...))
}

func message(parts ...[]byte) (b []byte) {
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func varint(number protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), v)
}

func fixed64(number protowire.Number, v uint64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(nil, number, protowire.Fixed64Type), v)
}

func fixed32(number protowire.Number, v uint32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, number, protowire.Fixed32Type), v)
}

// attribute is one of field 6 of a record.
func attribute(key string, value ...[]byte) []byte {
	return field(6, field(1, []byte(key)), field(2, value...))
}

func text(s string) []byte { return field(1, []byte(s)) }

// requests are by what is in them.
func requests() map[string][]byte {
	record := func(parts ...[]byte) []byte { return field(1, field(2, field(2, parts...))) }
	var many [][]byte
	for i := range 300 {
		many = append(many, attribute(fmt.Sprint("key", i), text(strings.Repeat("v", i))))
	}
	var newNames [][]byte
	for i := range 1000 {
		newNames = append(newNames, attribute(strconv.Itoa(i)+"x"))
	}
	long, id := strings.Repeat("x", 40_000), []byte("0123456789abcdef")
	return map[string][]byte{
		"nothing":            nil,
		"empty messages":     message(field(1), field(1, field(1), field(2)), record()),
		"all of a record":    record(fixed64(1, 1), varint(2, 9), field(3, []byte("INFO")), field(5, text("line")), attribute("k", text("v")), varint(7, 3), fixed32(8, 1), field(9, id), field(10, id[:8]), fixed64(11, 2), field(12, []byte("event"))),
		"no identifiers":     record(field(9), field(10)),
		"an identifier less": record(field(9, id), field(9)),
		"kinds of values":    record(attribute("s", text("")), attribute("b", varint(2, 1)), attribute("i", varint(3, 1<<63)), attribute("d", fixed64(4, 1<<62)), attribute("y", field(7, []byte("bytes"))), attribute("e", field(7)), attribute("none")),
		"kinds of bodies":    message(record(field(5, varint(3, 5))), record(field(5, field(7, id))), record(field(5))),
		"one over another":   record(field(5, text("first"), varint(3, 1)), attribute("k", varint(3, 1), text("last")), attribute("l", text("first"), text("last"))),
		"equal names":        record(attribute("k", text("1")), attribute("k", text("2"))),
		"in another order":   record(field(6, field(2, text("v")), field(1, []byte("k"))), field(5, text("line")), attribute("l", text("w"))),
		"no name":            record(field(6, field(2, text("v"))), field(6)),
		"names over another": record(field(6, field(1, []byte("first")), field(1, []byte("last")))),
		"many attributes":    record(many...),
		"empty attributes":   record(bytes.Repeat(field(6), 1024)),
		"many empty ones":    field(1, field(2, bytes.Repeat(field(2, bytes.Repeat(field(6), 136)), 50))),
		"new names":          record(newNames...),
		"a long name":        record(attribute(long, text("v"))),
		"long strings":       record(field(5, text(long)), attribute("k", text(long)), attribute("l", text("short")), attribute("m", text(long))),
		"no UTF-8":           record(field(5, text("a\xffb")), attribute("\xfe", text("\xfd"))),
		"resource and scope": field(1, field(1, field(1, field(1, []byte("k")), field(2, text("v"))), varint(2, 4)),
			field(2, field(1, text("name"), field(2, []byte("version")), field(3, field(1, []byte("k")), field(2, varint(3, 1))), varint(4, 5)), field(2), field(3, []byte("scope's"))), field(3, []byte("resource's"))),
	}
}

func TestDecode(t *testing.T) {
	for name, b := range requests() {
		t.Run(name, func(t *testing.T) {
			assert.True(t, requireSame(t, b))
			// What an earlier request left behind changes nothing.
			requireSame(t, requests()["many attributes"])
			assert.True(t, requireSame(t, b))
			for end := range min(len(b), 300) {
				requireSame(t, b[:end])
			}
		})
	}
}

func TestUncommon(t *testing.T) {
	for name, fields := range map[string][]byte{
		"a list":           field(5, field(5, field(1, text("v")))),
		"a map":            field(5, field(6)),
		"an index":         field(5, varint(8, 1)),
		"index of a name":  field(6, varint(3, 1)),
		"an unknown field": field(13),
	} {
		b := field(1, field(2, field(2, fields)))
		size, err := wire.OTLPLogs.Measure(b, limits)
		require.NoError(t, err, name)
		assert.True(t, size.Uncommon, name)
		_, err = otlplogs.Decode(b)
		require.Error(t, err, name)
	}
	for _, b := range [][]byte{field(2), field(1, field(1, field(3))), field(1, field(1000)), field(1, field(2, field(4)))} {
		size, err := wire.OTLPLogs.Measure(b, limits)
		require.NoError(t, err)
		assert.True(t, size.Uncommon)
	}
}

// captures are requests of so many records of real proxies.
func captures(t testing.TB, file string, n int) []byte {
	t.Helper()
	b, err := otlptest.Request(t, file, n).MarshalProto()
	require.NoError(t, err)
	return b
}

var captured = []string{"sidecars/text.jsonl", "sidecars/labels.jsonl", "hostile/text.jsonl", "hostile/labels.jsonl", "recommended-labels/labels.jsonl", "tcp-periodic/labels.jsonl"}

func TestDecodeCaptures(t *testing.T) {
	for _, file := range captured {
		assert.True(t, requireSame(t, captures(t, file, 100)), file)
	}
}

// TestMemory holds what is allocated below what was measured.
func TestMemory(t *testing.T) {
	all := requests()
	for _, file := range captured {
		all[file] = captures(t, file, 200)
	}
	var otherNames [][]byte
	for i := range 512 {
		otherNames = append(otherNames, attribute("other"+strconv.Itoa(i), text(strings.Repeat("v", 120))))
	}
	other := field(1, field(2, field(2, otherNames...)))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for name, b := range all {
		size, err := wire.OTLPLogs.Measure(b, limits)
		require.NoError(t, err)
		// Buffers are kept from one message to the next. Names of this one are not known.
		_, err = otlplogs.Decode(other)
		require.NoError(t, err)
		const overhead = 4 << 10
		least := ^uint64(0)
		for range 10 {
			_, _ = otlplogs.Decode(other)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			logs, _ := otlplogs.Decode(b)
			runtime.ReadMemStats(&after)
			runtime.KeepAlive(logs)
			least = min(least, after.TotalAlloc-before.TotalAlloc)
		}
		assert.LessOrEqual(t, least, uint64(size.Memory)+overhead, name)
	}
}

func FuzzDecode(f *testing.F) {
	for _, b := range requests() {
		if len(b) < 1000 {
			f.Add(b)
		}
	}
	f.Add(captures(f, "sidecars/labels.jsonl", 1))
	f.Add(captures(f, "hostile/text.jsonl", 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		requireSame(t, b)
		_, _ = otlplogs.Decode(b) // whatever it is, nothing breaks
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, file := range []string{"sidecars/text.jsonl", "sidecars/labels.jsonl"} {
		request := captures(b, file, 20)
		b.Run(file+"/pdata", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := plogotlp.NewExportRequest().UnmarshalProto(request); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(file+"/otlplogs", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := otlplogs.Decode(request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
