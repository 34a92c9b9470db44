// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promtest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

const (
	captures = "../../testdata/captures"
	instance = "gateway-0"
	job      = "otelcol-istio"
	cluster  = "test"
)

// meshes are those whose recorded traffic is sent. Records of `hostile` forge their
// columns.
var meshes = []string{"sidecars", "dynamic-dns", "tcp-periodic", "ipv6", "hostile"}

// gatewayBinary finds the program, and fails the test without it: a test that skips itself
// would show nothing.
func gatewayBinary(t *testing.T) string {
	path := "../../_build/otelcol-istio"
	if set := os.Getenv("OTELCOL_ISTIO_BIN"); set != "" {
		path = set
	}
	_, err := os.Stat(path)
	require.NoError(t, err, "`make test-e2e` builds it; OTELCOL_ISTIO_BIN may name another")
	return path
}

// recorded starts a gateway and sends it all records, while its metrics are scraped
// each second. All that a Prometheus then has of it can be asked.
func recorded(t *testing.T) *promclient.Client {
	t.Helper()
	prometheus := promtest.Serve(t)
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary: gatewayBinary(t),
		Configs: []string{
			"../../config/gateway.yaml", "../../config/egress.yaml", filepath.Join(captures, "labels.yaml"), "testdata/gateway.yaml",
		},
		Env: map[string]string{
			"REMOTE_WRITE_ENDPOINT": prometheus.WriteURL(),
			"INSTANCE_ID":           instance,
			"FLUSH_INTERVAL":        "1s",
			"PAGE_ENDPOINT":         "127.0.0.1:0",
			"LOG_LEVEL":             "warn",
		},
	})
	require.NoError(t, err)
	proctest.EndWith(t, g.Process)

	s := scrape{url: g.Telemetry, prometheus: prometheus, labels: map[string]string{"job": job, "instance": instance, "cluster": cluster}}
	s.now(t)
	for _, mesh := range meshes {
		sendOTLP(t, g.OTLP, filepath.Join(captures, mesh, "labels.jsonl"))
		s.now(t)
	}
	// Istio's default text, which tells less, and so leaves more labels unknown.
	sendOTLP(t, g.OTLP, filepath.Join(captures, "sidecars", "text.jsonl"))
	sendOTLP(t, g.OTLP, "../../testdata/golden/grpc/input.jsonl")
	sendRaw(t, g.OTLP, filepath.Join(captures, "hostile", "invalid-utf8.binpb"))
	sendALS(t, g.ALS, filepath.Join(captures, "sidecars", "als.jsonl"))
	s.untilWritten(t, time.Now())
	return prometheus
}

// untilWritten waits for the second flush after a time, and scrapes meanwhile. The
// first one may have begun before it.
func (s scrape) untilWritten(t *testing.T, after time.Time) {
	t.Helper()
	newer := float64(after.UnixMilli()) / 1000
	for range 2 {
		require.Eventually(t, func() bool {
			s.now(t)
			collected, err := s.prometheus.Value(t.Context(), "max(timestamp(otelcol_istio_build_info))")
			if err != nil || collected <= newer {
				return false
			}
			newer = collected
			return true
		}, time.Minute, time.Second)
	}
}

// sendOTLP sends the requests of a file one after the other: the names of destinations
// depend on their order.
func sendOTLP(t *testing.T, endpoint, path string) {
	t.Helper()
	requests, err := otlpclient.ReadJSONL(path)
	require.NoError(t, err)
	client, err := otlpclient.Dial(endpoint)
	require.NoError(t, err)
	defer client.Close()
	for _, logs := range requests {
		require.NoError(t, client.Send(t.Context(), logs))
	}
}

// sendRaw sends one request as it is, which is not valid.
func sendRaw(t *testing.T, endpoint, path string) {
	t.Helper()
	request, err := os.ReadFile(path)
	require.NoError(t, err)
	client, err := otlpclient.Dial(endpoint)
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.SendRaw(t.Context(), request))
}
