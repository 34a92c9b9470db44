package envoyaccesslogreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
)

// capturedEntries are what the proxies of a mesh sent, without their streams.
func capturedEntries(b testing.TB, kind entry.Kind) (all []entry.Entry) {
	b.Helper()
	for _, m := range ofKind(readCapture(b, "sidecars"), kind) {
		for _, e := range m.message.GetHttpLogs().GetLogEntry() {
			all = append(all, entry.Entry{HTTP: e})
		}
		for _, e := range m.message.GetTcpLogs().GetLogEntry() {
			all = append(all, entry.Entry{TCP: e})
		}
	}
	return all
}

// BenchmarkConvert makes a record of an entry.
func BenchmarkConvert(b *testing.B) {
	for _, kind := range []entry.Kind{entry.HTTP, entry.TCP} {
		b.Run(kind.String(), func(b *testing.B) {
			entries := capturedEntries(b, kind)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				entries[i%len(entries)].WriteTo(plog.NewLogRecord())
				i++
			}
		})
	}
}

// BenchmarkDecode is what the library takes to decode an entry.
func BenchmarkDecode(b *testing.B) {
	var messages [][]byte
	n := 0
	for _, m := range ofKind(readCapture(b, "sidecars"), entry.HTTP) {
		m.message.Identifier = nil
		raw, err := proto.Marshal(m.message)
		require.NoError(b, err)
		messages = append(messages, raw)
		n += len(m.message.GetHttpLogs().GetLogEntry())
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range messages {
			require.NoError(b, proto.Unmarshal(raw, new(message)))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/entry")
	b.ReportMetric(float64(n), "entries/op")
}

// BenchmarkStream sends entries over gRPC, 16 to a message, on one stream. The
// client's work is in it, too.
func BenchmarkStream(b *testing.B) {
	const perMessage = 16
	for _, keep := range als.Keeps {
		b.Run(string(keep), func(b *testing.B) {
			cfg := testConfig()
			cfg.Entries.Keep = keep
			_, _, conn := startReceiver(b, cfg, consumertest.NewNop())
			stream := openStream(b, conn)
			require.NoError(b, stream.Send(&message{Identifier: testIdentifier("a")}))
			m := httpMessage(nil)
			for _, e := range capturedEntries(b, entry.HTTP)[:perMessage] {
				m.GetHttpLogs().LogEntry = append(m.GetHttpLogs().LogEntry, e.HTTP)
			}
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, stream.Send(m))
			}
			_, err := stream.CloseAndRecv()
			require.NoError(b, err)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*perMessage), "ns/entry")
		})
	}
}

// BenchmarkOpenStreams tells what an idle stream takes in memory, with Envoy's
// identifier, two to a connection. The client's half is in it, too.
func BenchmarkOpenStreams(b *testing.B) {
	const streams = 1000
	r, tel, _ := startReceiver(b, testConfig(), consumertest.NewNop())
	raw := largeMessage(b)
	for b.Loop() {
		before, opened := heap(), value(b, tel, "otelcol_receiver_envoy_access_log_entries")
		var conn *grpc.ClientConn
		for i := range streams {
			if i%2 == 0 {
				conn = connect(b, r)
			}
			require.NoError(b, openRaw(b, conn).SendMsg(raw))
		}
		require.Eventually(b, func() bool { return value(b, tel, "otelcol_receiver_envoy_access_log_entries") == opened+streams }, time.Minute, time.Millisecond)
		b.ReportMetric(float64(heap()-before)/streams, "B/stream")
	}
}
