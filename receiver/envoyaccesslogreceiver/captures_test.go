package envoyaccesslogreceiver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
)

// TestCapturesThreeSetUps replays what real proxies sent with both providers,
// and with each of the two alone.
func TestCapturesThreeSetUps(t *testing.T) {
	for _, mesh := range meshes {
		t.Run(mesh, func(t *testing.T) {
			all := readCapture(t, mesh)
			events := countEntries(ofKind(all, entry.HTTP))
			require.Equal(t, 2*events, countEntries(all))
			for name, messages := range map[string][]captured{
				"both": all,
				"http": ofKind(all, entry.HTTP),
				"tcp":  ofKind(all, entry.TCP),
			} {
				t.Run(name, func(t *testing.T) {
					sink := new(consumertest.LogsSink)
					r, _, conn := startReceiver(t, testConfig(), sink)
					replay(t, conn, messages)
					require.NoError(t, r.Shutdown(t.Context()))
					assert.Equal(t, events, sink.LogRecordCount())
				})
			}
		})
	}
}

func countEntries(messages []captured) (n int) {
	for _, m := range messages {
		n += len(m.message.GetHttpLogs().GetLogEntry()) + len(m.message.GetTcpLogs().GetLogEntry())
	}
	return n
}
