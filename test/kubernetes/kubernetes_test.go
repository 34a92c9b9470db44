// SPDX-License-Identifier: Apache-2.0

package kubernetes

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// line is in Istio's default text: nothing in it names the sender.
const line = `[2026-11-23T03:28:02.717Z] "GET /get?x=1 HTTP/1.1" 200 - via_upstream - "-" 0 120 2 1 "-" "curl/7.88.1" ` +
	`"608353bd-fb51-4bab-a19e-4f16589f4c24" "httpbin.org" "203.0.113.10:80" PassthroughCluster 10.244.0.8:59742 ` +
	`203.0.113.10:80 10.244.0.8:59730 - allow_any` + "\n"

// TestTextNamesItsSender has the pod, which only the connection tells, in the
// labels.
func TestTextNamesItsSender(t *testing.T) {
	p, err := testbed.StartPrometheus(t.Context(), proctest.Prometheus.Find(t), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Stop()) })

	kubeconfig, asked := startAPI(t)
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary:  proctest.Program{Variable: "OTELCOL_ISTIO_KUBERNETES_BIN", Path: "../../_build/otelcol-istio-kubernetes"}.Find(t),
		Configs: []string{"../../config/gateway.yaml", "../../config/kubernetes.yaml"},
		Env: map[string]string{
			"REMOTE_WRITE_ENDPOINT": p.WriteURL(),
			"KUBERNETES_AUTH_TYPE":  "kubeConfig",
			"KUBECONFIG":            kubeconfig,
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(g.Process.Log())
		}
	})

	client, err := otlpclient.Dial(g.OTLP)
	require.NoError(t, err)
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(line)
	require.NoError(t, client.Send(t.Context(), logs))
	require.NoError(t, client.Close())
	// The watch begins after the list, in its own time.
	require.Eventually(t, func() bool { return asked.has("watch") }, time.Minute, 10*time.Millisecond)
	require.NoError(t, g.Stop(), "everything is flushed at the end")

	series, err := p.Series(t.Context(), "istio_requests_total")
	require.NoError(t, err)
	require.Len(t, series, 1)
	for label, want := range map[string]string{
		"reporter":                  "source",
		"source_workload":           "sleep",
		"source_workload_namespace": "default",
		"source_app":                "sleep",
		"source_version":            "v2",
		"source_canonical_service":  "sleepers",
		"source_canonical_revision": "v3",
		"destination_service":       "httpbin.org",
		"destination_service_name":  "PassthroughCluster",
		"response_code":             "200",
	} {
		assert.Equal(t, want, series[0][label], label)
	}
}
