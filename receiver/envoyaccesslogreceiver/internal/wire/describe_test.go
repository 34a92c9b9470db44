// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/alstest"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlptest"
)

type (
	stream    = accesslogservicev3.StreamAccessLogsMessage
	httpEntry = accesslogv3.HTTPAccessLogEntry
)

var (
	streamMessage = Describe(&stream{})
	httpMessage   = Describe(&httpEntry{})
	structMessage = Describe(&structpb.Struct{})
)

// requireDecodes checks the size of a message against what decoding takes.
func requireDecodes(t testing.TB, m *Message, b []byte, into proto.Message) float64 {
	t.Helper()
	size, err := m.Measure(b, noLimits)
	require.NoError(t, err)
	// The first message of a type also makes what the decoder keeps of types.
	require.NoError(t, proto.Unmarshal(b, into.ProtoReflect().New().Interface()))
	return requireBound(t, size, func() any {
		require.NoError(t, proto.Unmarshal(b, into))
		return into
	})
}

func TestMemoryOfCapturedEntries(t *testing.T) {
	for _, mesh := range []string{"sidecars", "dynamic-dns", "ipv6", "recommended-labels", "tcp-periodic"} {
		t.Run(mesh, func(t *testing.T) {
			for _, m := range alstest.Read(t, filepath.Join(otlptest.CapturesDir, mesh, "als.jsonl")) {
				b, err := proto.Marshal(m.Message)
				require.NoError(t, err)
				requireDecodes(t, streamMessage, b, &stream{})
			}
		})
	}
}

// TestMemoryOfManyEntries looks at many entries as Envoy sends them.
func TestMemoryOfManyEntries(t *testing.T) {
	for _, captured := range alstest.Read(t, filepath.Join(otlptest.CapturesDir, "sidecars", "als.jsonl")) {
		m := captured.Message
		if len(m.GetHttpLogs().GetLogEntry()) == 0 {
			continue
		}
		for len(m.GetHttpLogs().GetLogEntry()) < 500 {
			m.GetHttpLogs().LogEntry = append(m.GetHttpLogs().LogEntry, m.GetHttpLogs().LogEntry...)
		}
		b, err := proto.Marshal(m)
		require.NoError(t, err)
		assert.Less(t, requireDecodes(t, streamMessage, b, &stream{}), 2.5)
		return
	}
	require.Fail(t, "no entries")
}

// entryFloods are entries that take much more memory than bytes.
func entryFloods(n int) map[string][]byte {
	common := func(fields ...[]byte) []byte { return sub(1, fields...) }
	certificate := func(fields ...[]byte) []byte { return common(sub(4, sub(4, fields...))) }
	headers := func(number int) [][]byte {
		out := make([][]byte, n)
		for i := range out {
			out[i] = sub(12, sub(1, []byte(strconv.Itoa(i))), sub(2, []byte("v")))
		}
		return append(out, num(100, uint64(number)))
	}
	return map[string][]byte{
		"nothing":         nil,
		"names":           certificate(times(n, sub(1))),
		"names of text":   certificate(times(n, sub(1, sub(1, []byte("a"))))),
		"objects":         common(times(n, sub(21))),
		"objects by name": common(manyObjects(n)),
		"headers":         sub(3, headers(1)...),
		"same headers":    sub(3, times(n, sub(12))),
		"unknown fields":  times(n, num(900, 1)),
		"unknown strings": times(n, sub(900, []byte("some text"))),
		"wrong types":     times(n, num(1, 1)),
	}
}

func manyObjects(n int) []byte {
	var b []byte
	for i := range n {
		b = append(b, sub(21, sub(1, []byte(strconv.Itoa(i))), sub(2, sub(1, []byte("type"))))...)
	}
	return b
}

func TestMemoryOfFloodsOfEntries(t *testing.T) {
	for _, n := range floodSizes {
		for name, b := range entryFloods(n) {
			t.Run(fmt.Sprint(name, "/", n), func(t *testing.T) {
				requireDecodes(t, httpMessage, b, &httpEntry{})
			})
		}
		t.Run(fmt.Sprint("entries/", n), func(t *testing.T) {
			requireDecodes(t, streamMessage, sub(2, times(n, sub(1))), &stream{})
			requireDecodes(t, streamMessage, sub(3, times(n, sub(1, sub(1), sub(2)))), &stream{})
		})
		t.Run(fmt.Sprint("structs/", n), func(t *testing.T) {
			values := nest(3*min(n, 1000), nil, 2, 1, 5)
			requireDecodes(t, structMessage, sub(1, sub(2, values)), &structpb.Struct{})
			list := sub(6, times(n, sub(1, num(1, 0))))
			requireDecodes(t, structMessage, sub(1, sub(2, list)), &structpb.Struct{})
			numbers := sub(6, times(n, sub(1, num(2, 0))))
			requireDecodes(t, structMessage, sub(1, sub(2, numbers)), &structpb.Struct{})
		})
	}
}
