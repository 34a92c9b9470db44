// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// wholePrometheus is Prometheus itself, with rules and scraping.
var wholePrometheus = proctest.Program{Variable: "WHOLE_PROMETHEUS_BIN", Path: "../../_build/bin/whole-prometheus"}

// gateway is the built one. A Prometheus scrapes it, under the name of the instance.
type gateway struct {
	*testbed.Gateway
	instance string
	client   *otlpclient.Client
}

// start starts a gateway that writes to the Prometheus, unless env says where.
func (p *prometheus) start(t *testing.T, instance string, env map[string]string, configs ...string) *gateway {
	t.Helper()
	all := map[string]string{
		"REMOTE_WRITE_ENDPOINT": p.WriteURL(), "INSTANCE_ID": instance, "FLUSH_INTERVAL": step, "SHUTDOWN_TIMEOUT": "1s",
	}
	maps.Copy(all, env)
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary: proctest.Gateway.Find(t), Configs: append([]string{"../../config/gateway.yaml"}, configs...), Env: all,
	})
	require.NoError(t, err)
	proctest.EndWith(t, g.Process)
	client, err := otlpclient.Dial(g.OTLP)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	p.scrape(t, "gateways", g.Telemetry, map[string]string{"instance": instance})
	return &gateway{g, instance, client}
}

// send sends lines of a workload in namespace shop.
func (g *gateway) send(t *testing.T, workload string, lines ...string) {
	t.Helper()
	require.NoError(t, g.client.Send(t.Context(), records(workload, lines...)))
}

func records(workload string, lines ...string) plog.Logs {
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("k8s.namespace.name", "shop")
	rl.Resource().Attributes().PutStr("k8s.deployment.name", workload)
	sl := rl.ScopeLogs().AppendEmpty()
	for _, l := range lines {
		sl.LogRecords().AppendEmpty().Body().SetStr(l)
	}
	return logs
}
