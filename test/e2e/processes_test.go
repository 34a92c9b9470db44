// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// startCounter starts a gateway that counts what others have labelled.
func startCounter(t *testing.T, p *testbed.Prometheus, env map[string]string) *gateway {
	return startGatewayBefore(t, p, env, "yaml:service::pipelines::logs::processors: [memory_limiter]")
}

// startLabeller starts a gateway that labels records for two counters.
func startLabeller(t *testing.T, limit int, one, two string) *gateway {
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary:  proctest.Gateway.Find(t),
		Configs: []string{"testdata/labels.yaml"},
		Env: map[string]string{
			"DESTINATION_IP_LIMIT": strconv.Itoa(limit), "COUNTER_ONE": one, "COUNTER_TWO": two,
		},
		NoHealthCheck: true,
	})
	require.NoError(t, err)
	proctest.EndWith(t, g.Process)
	return &gateway{Gateway: g}
}

// totals waits until all lives of a metric's series add up to what was sent.
func (g *gateway) totals(t *testing.T, want int, metric string) {
	t.Helper()
	got := 0.
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		if got = g.lives(t, metric).Total; got == float64(want) {
			return
		}
	}
	require.Failf(t, "it never came", "%s adds up to %v, want %v", metric, got, want)
}

// TestTwoProcesses has two processors and two connectors in processes of their own,
// each of the first before each of the second, with batches and queues in between.
// Slots change hands, and a processor and a connector are restarted. Both connectors
// count every record once and show no more values than there are slots.
func TestTwoProcesses(t *testing.T) {
	const (
		limit = 100
		ended = "otelcol_connector_istio_metrics_ended_addresses"
	)
	one, two := startCounter(t, startPrometheus(t), nil), startCounter(t, startPrometheus(t), nil)
	counters := []*gateway{one, two}
	first, second := startLabeller(t, limit, one.OTLP, two.OTLP), startLabeller(t, limit, one.OTLP, two.OTLP)
	sent := 0
	send := func(g *gateway, from int) {
		f := flood.Flood{Kind: flood.Connections, First: from, Records: 200, Destinations: flood.MaxDestinations, PerRequest: 50, Workloads: 4, Workload: "w"}
		for range 10 {
			g.flood(t, f)
			sent += f.Records
		}
	}
	watchAll := func(most float64) (stop func()) {
		var watches []*watch
		for _, g := range counters {
			watches = append(watches, g.watch(t, pollInterval, map[string]float64{values: most}))
		}
		return func() {
			for _, w := range watches {
				t.Log(w.stop(t))
			}
		}
	}

	stop := watchAll(2 * (limit + changing(limit)))
	send(first, 0)
	send(second, 10_000)
	time.Sleep(4 * time.Second) // the first addresses stay away
	send(first, 20_000)
	send(second, 30_000)
	for _, g := range counters {
		g.totals(t, sent, closed)
		for deadline := time.Now().Add(settleTimeout); g.telemetry(t, ended, `cause="slot_lost"`) == 0; time.Sleep(pollInterval) {
			require.True(t, time.Now().Before(deadline), "no value lost its slot")
		}
		assert.Zero(t, g.telemetry(t, ended, `cause="idle"`))
	}
	stop()

	// A processor that is restarted knows nothing of the slots that it gave.
	stop = watchAll(3 * (limit + changing(limit)))
	require.NoError(t, first.Stop())
	first = startLabeller(t, limit, one.OTLP, two.OTLP)
	send(first, 40_000)
	send(second, 30_000)
	for _, g := range counters {
		g.totals(t, sent, closed)
		assert.Zero(t, g.telemetry(t, ended, `cause="processor_gone"`), "that takes five minutes")
	}
	stop()

	// A connector that is restarted knows nothing of the slots either. What comes
	// while it is away waits in the queues.
	require.NoError(t, two.Stop())
	before := sent
	send(first, 50_000)
	const instance = "restarted"
	two = startCounter(t, two.prometheus, map[string]string{"OTLP_GRPC_ENDPOINT": two.OTLP, "INSTANCE_ID": instance})
	send(second, 60_000)
	one.totals(t, sent, closed)
	two.becomes(t, float64(sent-before), fmt.Sprintf("sum(last_over_time(%s{instance=%q}[1h]))", closed, instance))
}
