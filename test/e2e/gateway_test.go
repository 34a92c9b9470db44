// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"maps"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// gatewayFile is the configuration as shipped.
const gatewayFile = "../../config/gateway.yaml"

// gateway is the built distribution, writing to a Prometheus of its own.
type gateway struct {
	*testbed.Gateway
	prometheus *testbed.Prometheus
	// instance is the gateway's INSTANCE_ID.
	instance string
}

// startGateway starts both; they end with the test. The environment given is
// added to what the tests need, and the configurations are merged over the one
// that is shipped.
func startGateway(t *testing.T, env map[string]string, configs ...string) *gateway {
	return startGatewayBefore(t, startPrometheus(t), env, configs...)
}

func startPrometheus(t *testing.T) *testbed.Prometheus {
	p, err := testbed.StartPrometheus(t.Context(), proctest.Prometheus.Find(t), t.TempDir())
	require.NoError(t, err)
	proctest.EndWith(t, p.Process)
	return p
}

// startGatewayBefore starts a gateway that writes to this Prometheus, unless the
// environment says that it writes elsewhere.
func startGatewayBefore(t *testing.T, p *testbed.Prometheus, env map[string]string, configs ...string) *gateway {
	binary := proctest.Gateway.Find(t)
	instance := "gateway-of-" + t.Name()
	all := map[string]string{
		"REMOTE_WRITE_ENDPOINT": p.WriteURL(),
		"INSTANCE_ID":           instance,
		"FLUSH_INTERVAL":        "1s",
		// A name depends on the records that came before; TestOutsideLabels is about it.
		"DESTINATION_HOST": "false",
	}
	maps.Copy(all, env)
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{Binary: binary, Configs: append([]string{gatewayFile}, configs...), Env: all})
	require.NoError(t, err)
	proctest.EndWith(t, g.Process)
	return &gateway{g, p, instance}
}

// otlp and als are where the proxies send their records.
func (g *gateway) otlp() netip.AddrPort { return netip.MustParseAddrPort(g.OTLP) }
func (g *gateway) als() netip.AddrPort  { return netip.MustParseAddrPort(g.ALS) }

// telemetry sums up a metric of the gateway's own, over those of its series
// that have the label, written name="value"; over all if it is empty.
func (g *gateway) telemetry(t *testing.T, metric, label string) int {
	t.Helper()
	sum, err := g.Metric(t.Context(), metric, label)
	require.NoError(t, err)
	return int(sum)
}
