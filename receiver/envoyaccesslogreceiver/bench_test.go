// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
)

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
			for _, captured := range ofKind(readCapture(b, "sidecars"), entry.HTTP) {
				m.GetHttpLogs().LogEntry = append(m.GetHttpLogs().LogEntry, captured.Message.GetHttpLogs().GetLogEntry()...)
			}
			m.GetHttpLogs().LogEntry = m.GetHttpLogs().LogEntry[:perMessage]
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
