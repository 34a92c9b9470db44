// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/alstest"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

type (
	message   = accesslogservicev3.StreamAccessLogsMessage
	logStream = accesslogservicev3.AccessLogService_StreamAccessLogsClient
	captured  = alstest.Message
)

// patience is for a busy machine, which takes long for a large message.
const patience = time.Minute

// testConfig listens on a port of its own.
func testConfig() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Limits.MessageTimeout = patience
	cfg.Protocols.GRPC.GetOrInsertDefault().NetAddr.Endpoint = "localhost:0"
	return cfg
}

// startReceiver gives a running receiver, its telemetry, and what to connect to
// it with.
func startReceiver(t testing.TB, cfg *Config, next consumer.Logs) (*accessLogReceiver, *componenttest.Telemetry, *grpc.ClientConn) {
	t.Helper()
	r, tel := start(t, cfg, next, componenttest.NewNopHost())
	return r, tel, connect(t, r)
}

// start runs a receiver until the test ends.
func start(t testing.TB, cfg *Config, next consumer.Logs, host component.Host) (*accessLogReceiver, *componenttest.Telemetry) {
	t.Helper()
	tel := componenttest.NewTelemetry()
	r, err := newReceiver(receiver.Settings{
		ID:                component.NewID(metadata.Type),
		TelemetrySettings: tel.NewTelemetrySettings(),
		BuildInfo:         receivertest.NewNopSettings(metadata.Type).BuildInfo,
	}, cfg, next)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), host))
	t.Cleanup(func() {
		require.NoError(t, r.Shutdown(context.Background()))
		require.NoError(t, tel.Shutdown(context.Background()))
	})
	return r, tel
}

// listenerOf is where a running receiver listens for a protocol.
func listenerOf(t testing.TB, r *accessLogReceiver, p protocol) net.Listener {
	t.Helper()
	for _, s := range r.servers {
		if s.protocol == p {
			return s.listener
		}
	}
	require.Fail(t, "no server", p)
	return nil
}

func connect(t testing.TB, r *accessLogReceiver) *grpc.ClientConn {
	t.Helper()
	// A client that may retry keeps what it sent.
	conn, err := grpc.NewClient(listenerOf(t, r, protocolALS).Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

func openStream(t testing.TB, conn *grpc.ClientConn) logStream {
	t.Helper()
	stream, err := accesslogservicev3.NewAccessLogServiceClient(conn).StreamAccessLogs(context.Background())
	require.NoError(t, err)
	return stream
}

// readCapture gives the messages that the proxies of a mesh sent, in the order
// of their arrival.
func readCapture(t testing.TB, mesh string) []captured {
	t.Helper()
	return alstest.Read(t, filepath.Join("../../testdata/captures", mesh, "als.jsonl"))
}

var meshes = []string{"dynamic-dns", "ipv6", "recommended-labels", "sidecars", "tcp-periodic"}

// replay sends messages as their proxies did and waits until they are read.
func replay(t testing.TB, conn *grpc.ClientConn, messages []captured) {
	t.Helper()
	streams := map[int]logStream{}
	for _, m := range messages {
		if streams[m.Stream] == nil {
			streams[m.Stream] = openStream(t, conn)
		}
		require.NoError(t, streams[m.Stream].Send(m.Message))
	}
	for _, stream := range streams {
		_, err := stream.CloseAndRecv()
		require.NoError(t, err)
	}
}

// ofKind leaves the messages of one logger.
func ofKind(messages []captured, kind entry.Kind) (some []captured) {
	for _, m := range messages {
		if (m.Message.GetTcpLogs() != nil) == (kind == entry.TCP) {
			some = append(some, m)
		}
	}
	return some
}

// httpMessage holds entries of kind HTTP of a proxy.
func httpMessage(id *accesslogservicev3.StreamAccessLogsMessage_Identifier, entries ...*accesslogv3.HTTPAccessLogEntry) *message {
	return &message{Identifier: id, LogEntries: &accesslogservicev3.StreamAccessLogsMessage_HttpLogs{
		HttpLogs: &accesslogservicev3.StreamAccessLogsMessage_HTTPAccessLogEntries{LogEntry: entries},
	}}
}

// tcpMessage holds entries of kind TCP of a proxy.
func tcpMessage(id *accesslogservicev3.StreamAccessLogsMessage_Identifier, entries ...*accesslogv3.TCPAccessLogEntry) *message {
	return &message{Identifier: id, LogEntries: &accesslogservicev3.StreamAccessLogsMessage_TcpLogs{
		TcpLogs: &accesslogservicev3.StreamAccessLogsMessage_TCPAccessLogEntries{LogEntry: entries},
	}}
}

// value adds up a metric's points that have all these attributes, given as key
// and value by turns.
func value(t assert.TestingT, tel *componenttest.Telemetry, name string, attributes ...string) (sum int64) {
	m, err := tel.GetMetric(name)
	if err != nil {
		return 0 // nothing was added yet
	}
	var points []metricdata.DataPoint[int64]
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		points = data.DataPoints
	case metricdata.Gauge[int64]:
		points = data.DataPoints
	default:
		assert.Fail(t, "unexpected type", "%T", data)
	}
	for _, p := range points {
		has := true
		for i := 0; i < len(attributes); i += 2 {
			v, ok := p.Attributes.Value(attribute.Key(attributes[i]))
			has = has && ok && v.AsString() == attributes[i+1]
		}
		if has {
			sum += p.Value
		}
	}
	return sum
}

// waitForEnd waits until one stream has ended, for this reason.
func waitForEnd(t testing.TB, tel *componenttest.Telemetry, reason string) {
	t.Helper()
	const name = "otelcol_receiver_envoy_access_log_als_streams_ended"
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, int64(1), value(c, tel, name))
		assert.Equal(c, int64(1), value(c, tel, name, "reason", reason))
	}, patience, time.Millisecond)
}
