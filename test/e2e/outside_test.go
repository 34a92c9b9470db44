// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// TestOutsideLabels sends a line of Istio's default text to the configuration as
// shipped. It says where outside traffic went, and in which cluster the sender is.
func TestOutsideLabels(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want labels
	}{
		"as shipped": {nil, labels{
			"destination_ip": "203.0.113.10", "destination_host": "e3.example", "source_cluster": "Kubernetes", "destination_cluster": "unknown",
		}},
		"without": {map[string]string{"DESTINATION_IP": "off", "DESTINATION_HOST": "false", "CLUSTER_ID": ""}, labels{
			"destination_ip": "", "destination_host": "", "source_cluster": "", "destination_cluster": "",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := outsideSeries(t, test.env)
			for label, want := range test.want {
				assert.Equal(t, want, found[label], label)
			}
		})
	}
}

// outsideSeries are the labels of the only series of a line.
func outsideSeries(t *testing.T, env map[string]string) map[string]string {
	t.Helper()
	p := startPrometheus(t)
	all := map[string]string{"REMOTE_WRITE_ENDPOINT": p.WriteURL(), "FLUSH_INTERVAL": "1s", "INSTANCE_ID": "shipped"}
	maps.Copy(all, env)
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{Binary: proctest.Gateway.Find(t), Configs: []string{gatewayFile}, Env: all})
	require.NoError(t, err)
	proctest.EndWith(t, g.Process)

	client, err := otlpclient.Dial(g.OTLP)
	require.NoError(t, err)
	defer client.Close()
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(
		`[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 200 - via_upstream - "-" 7 8 9 1 "-" "curl/8" "id-1" "e3.example" "203.0.113.10:80" PassthroughCluster 10.244.0.8:34644 203.0.113.10:80 10.244.0.8:38258 - allow_any` + "\n")
	require.NoError(t, client.Send(t.Context(), logs))

	var found promclient.Vector
	require.Eventually(t, func() bool {
		found, err = p.Query(t.Context(), `istio_requests_total{destination_service_name="PassthroughCluster"}`)
		return err == nil && len(found) == 1
	}, settleTimeout, pollInterval)
	return found[0].Labels
}
