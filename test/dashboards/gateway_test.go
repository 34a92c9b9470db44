// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

// gateway is the built distribution, with a Prometheus that it writes to and that has
// what it shows.
type gateway struct {
	*testbed.Gateway
	prometheus *promclient.Client
}

func startGateway(t *testing.T, env map[string]string) gateway {
	t.Helper()
	prometheus := promtest.Serve(t)
	all := map[string]string{
		"REMOTE_WRITE_ENDPOINT": prometheus.WriteURL(),
		"INSTANCE_ID":           instance,
		"FLUSH_INTERVAL":        "1s",
		"LOG_LEVEL":             "warn",
	}
	maps.Copy(all, env)
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary:  proctest.Gateway.Find(t),
		Configs: []string{"../../config/gateway.yaml", filepath.Join(captures, "labels.yaml"), "testdata/gateway.yaml"},
		Env:     all,
	})
	require.NoError(t, err)
	proctest.EndWith(t, g.Process)
	return gateway{g, prometheus}
}

// scrape reads the gateway's own metrics as Prometheus does.
func (g gateway) scrape(t *testing.T) {
	t.Helper()
	scrape(t, g.Telemetry, g.prometheus, map[string]string{"job": job, "instance": instance, "cluster": cluster})
}

// untilWritten waits for the second flush of each connector after now, and scrapes
// meanwhile. The first one may have begun before.
func (g gateway) untilWritten(t *testing.T) {
	t.Helper()
	now := float64(time.Now().UnixMilli()) / 1000
	for _, metric := range []string{"otelcol_istio_build_info", "istio_egress_last_seen_timestamp_seconds"} {
		newer := now
		for range 2 {
			require.Eventually(t, func() bool {
				g.scrape(t)
				collected, err := g.prometheus.Value(t.Context(), "max(timestamp("+metric+"))")
				if err != nil || collected <= newer {
					return false
				}
				newer = collected
				return true
			}, time.Minute, time.Second, metric)
		}
	}
}
