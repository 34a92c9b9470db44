// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // what the Collector sends is compressed

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

const composeFile = "../../config/compose.yaml"

// What config/compose.yaml lets Prometheus scrape, by type.
var scraped = map[string]string{
	"istio_requests_total":                "COUNTER",
	"istio_request_duration_milliseconds": "HISTOGRAM",
	"istio_request_bytes":                 "HISTOGRAM",
	"istio_response_bytes":                "HISTOGRAM",
	"istio_request_messages_total":        "COUNTER",
	"istio_response_messages_total":       "COUNTER",
	"istio_tcp_connections_opened_total":  "COUNTER",
	"istio_tcp_connections_closed_total":  "COUNTER",
	"istio_tcp_sent_bytes_total":          "COUNTER",
	"istio_tcp_received_bytes_total":      "COUNTER",
}

// TestCompose runs config/compose.yaml: names and labels arrive unchanged in
// what Prometheus scrapes, and the log backend gets the records, labelled.
func TestCompose(t *testing.T) {
	backend := &logBackend{received: make(chan plog.Logs, 1)}
	g := startComposed(t, serveLogs(t, backend))
	proctest.EndWith(t, g.Process)

	client, err := otlpclient.Dial(g.OTLP)
	require.NoError(t, err)
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), settleTimeout)
	defer cancel()
	require.NoError(t, client.Send(ctx, requestAndConnection(t)))

	families := map[string]string{}
	require.Eventually(t, func() bool {
		families = scrape(t, g.scrapeURL)
		return len(families) >= len(scraped)
	}, settleTimeout, pollInterval)
	assert.Equal(t, scraped, families)

	select {
	case logs := <-backend.received:
		for _, rl := range logs.ResourceLogs().All() {
			for _, lr := range rl.ScopeLogs().At(0).LogRecords().All() {
				name, _ := lr.Attributes().Get("destination_service_name")
				assert.Equal(t, "PassthroughCluster", name.AsString(), "labels stand on the record")
			}
		}
	case <-time.After(settleTimeout):
		require.Fail(t, "no logs arrived")
	}
}

// composed is a gateway with config/compose.yaml.
type composed struct {
	*testbed.Gateway
	scrapeURL string
}

// startComposed starts it with more configurations. Whoever calls ends it.
func startComposed(t *testing.T, logBackend string, configs ...string) *composed {
	t.Helper()
	ports, err := proc.FreePorts(1)
	require.NoError(t, err)
	exporter := net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[0]))
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary:  proctest.Gateway.Find(t),
		Configs: append([]string{composeFile}, configs...),
		Env: map[string]string{
			"LOG_BACKEND_ENDPOINT": logBackend,
			"PROMETHEUS_ENDPOINT":  exporter,
			"INSTANCE_ID":          "composed",
			"FLUSH_INTERVAL":       "100ms",
		},
		NoHealthCheck: true,
	})
	require.NoError(t, err)
	return &composed{g, "http://" + exporter + "/metrics"}
}

// requestAndConnection moves every metric.
func requestAndConnection(t *testing.T) plog.Logs {
	t.Helper()
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, attributes := range []map[string]any{
		{
			"access_log_type": "DownstreamEnd", "method": "POST", "authority": "e3.example", "route_name": "allow_any",
			"response_code": "200", "duration": "9", "content_type": "application/grpc", "grpc_status_number": "0",
			"grpc_stats": `{"request_message_count":"1","response_message_count":"2"}`,
		},
		{"access_log_type": "TcpConnectionEnd", "response_code": "0"},
	} {
		attributes["response_flags"] = "-"
		attributes["upstream_cluster_raw"] = "PassthroughCluster"
		attributes["upstream_host"] = "203.0.113.10:80"
		attributes["downstream_wire_bytes_received"], attributes["downstream_wire_bytes_sent"] = "90", "251"
		require.NoError(t, records.AppendEmpty().Attributes().FromRaw(attributes))
	}
	return logs
}

// scrape reads the families of metrics as Prometheus does, and checks that
// their labels are Istio's and those of a target.
func scrape(t *testing.T, url string) map[string]string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil // not there yet
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	require.NoError(t, err)
	types := map[string]string{}
	for name, family := range families {
		if name == "target_info" || name == buildInfo {
			continue // describes the target, not the mesh
		}
		types[name] = family.GetType().String()
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, pair := range m.GetLabel() {
				labels[pair.GetName()] = pair.GetValue()
			}
			assert.Equal(t, "otelcol-istio", labels["job"], name)
			assert.Equal(t, "composed", labels["instance"], name)
			assert.Equal(t, "PassthroughCluster", labels["destination_service_name"], name)
			assert.NotContains(t, labels, "otel_scope_name", name)
		}
	}
	return types
}

// logBackend takes logs over OTLP/gRPC.
type logBackend struct {
	plogotlp.UnimplementedGRPCServer
	received chan plog.Logs
}

// Export takes one request; only the first is looked at.
func (b *logBackend) Export(_ context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	select {
	case b.received <- request.Logs():
	default:
	}
	return plogotlp.NewExportResponse(), nil
}

// serveLogs serves a log backend.
func serveLogs(t *testing.T, backend plogotlp.GRPCServer) (endpoint string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	plogotlp.RegisterGRPCServer(server, backend)
	go func() { assert.NoError(t, server.Serve(listener)) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}
