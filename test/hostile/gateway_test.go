// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

const (
	// gatewayFile is the configuration as shipped.
	gatewayFile = "../../config/gateway.yaml"
	// maxMemory is the limit of deploy/kubernetes.
	maxMemory = 640 << 20
)

// gateway is the built distribution, writing to a Prometheus of its own.
type gateway struct {
	*testbed.Gateway
	prometheus *testbed.Prometheus
}

// options are those of a gateway under attack.
type options struct {
	// env and configs are added to those that the tests need.
	env     map[string]string
	configs []string
	// openFiles bounds its files and sockets, if it is not zero.
	openFiles int
}

// startGateway starts both; they end with the test.
func startGateway(t *testing.T, o options) *gateway {
	t.Helper()
	p, err := testbed.StartPrometheus(t.Context(), proctest.Prometheus.Find(t), t.TempDir())
	require.NoError(t, err)
	proctest.EndWith(t, p.Process)

	env := map[string]string{
		"REMOTE_WRITE_ENDPOINT": p.WriteURL(),
		"INSTANCE_ID":           "gateway-of-" + t.Name(),
		"FLUSH_INTERVAL":        "1s",
	}
	maps.Copy(env, o.env)
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary:       proctest.Gateway.Find(t),
		Configs:      append([]string{gatewayFile}, o.configs...),
		Env:          env,
		MaxMemory:    maxMemory,
		MaxOpenFiles: o.openFiles,
	})
	require.NoError(t, err)
	proctest.EndWithSummary(t, g.Process, complaints)
	return &gateway{g, p}
}

func ended(g *testbed.Gateway) bool {
	select {
	case <-g.Process.Done():
		return true
	default:
		return false
	}
}

// alive fails the test, with the reason, if the gateway has ended or ever held
// more memory than it may.
func (g *gateway) alive(t *testing.T) {
	t.Helper()
	err := g.Process.CheckMemory()
	if err != nil {
		// It may be about to end, which says more.
		select {
		case <-g.Process.Done():
		case <-time.After(time.Second):
		}
	}
	if ended(g.Gateway) {
		require.FailNow(t, "the gateway has ended", "%v", g.Process.Err())
	}
	require.NoError(t, err)
}

// complaints are the lines of a log that say more than that all is well, a few
// from each place, and why a program crashed.
func complaints(log string) string {
	const each, length = 2, 400
	places := map[string]int{}
	var kept []string
	for line := range strings.Lines(log) {
		columns := strings.Split(line, "\t")
		place := columns[0]
		if len(columns) > 2 {
			place = columns[2]
		}
		warns := len(columns) > 3 && (columns[1] == "warn" || columns[1] == "error")
		crashes := strings.HasPrefix(line, "fatal error: ") || strings.HasPrefix(line, "panic: ")
		if places[place]++; (warns || crashes) && places[place] <= each {
			kept = append(kept, strings.TrimSpace(line[:min(len(line), length)]))
		}
	}
	return strings.Join(kept, "\n")
}

// value of an expression that gives one number, 0 if there is no series.
func (g *gateway) value(t *testing.T, promQL string) float64 {
	t.Helper()
	v, err := g.prometheus.Value(t.Context(), promQL)
	require.NoError(t, err)
	return v
}

func (g *gateway) query(t *testing.T, promQL string) promclient.Vector {
	t.Helper()
	v, err := g.prometheus.Query(t.Context(), promQL)
	require.NoError(t, err)
	return v
}

// telemetry sums up a metric of the gateway's own; see testbed.Gateway.
func (g *gateway) telemetry(t *testing.T, metric, label string) float64 {
	t.Helper()
	sum, err := g.Metric(t.Context(), metric, label)
	require.NoError(t, err)
	return sum
}
