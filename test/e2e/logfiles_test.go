// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// nodeFile is the configuration for log files as shipped.
const nodeFile = "../../config/node.yaml"

// node is a Collector that reads log files. It may be ended and started again.
type node struct {
	t    *testing.T
	logs string // stands for /var/log/pods
	env  map[string]string
	*testbed.Gateway
	prometheus *testbed.Prometheus
	starts     int
}

func newNode(t *testing.T, env map[string]string) *node {
	n := &node{t: t, logs: t.TempDir(), env: env, prometheus: startPrometheus(t)}
	n.env["POD_LOGS"], n.env["STATE_DIRECTORY"] = n.logs, filepath.Join(t.TempDir(), "positions")
	n.env["REMOTE_WRITE_ENDPOINT"] = n.prometheus.WriteURL()
	n.env["FLUSH_INTERVAL"], n.env["POLL_INTERVAL"], n.env["DESTINATION_HOST"] = "1s", "100ms", "false"
	return n
}

// start starts the Collector. Each start has an instance of its own, so that
// what all of them counted can be summed up.
func (n *node) start() {
	n.t.Helper()
	n.starts++
	n.env["INSTANCE_ID"] = fmt.Sprintf("start-%d", n.starts)
	var err error
	n.Gateway, err = testbed.StartGateway(n.t.Context(), testbed.GatewayOptions{
		Binary: proctest.Gateway.Find(n.t), Configs: []string{gatewayFile, nodeFile}, Env: n.env, MaxMemory: nodeMemory,
	})
	require.NoError(n.t, err)
	proctest.EndWith(n.t, n.Process)
}

// nodeMemory is that of the container in deploy/kubernetes/node.
const nodeMemory = 256 << 20

// stop ends it as the kubelet does.
func (n *node) stop() {
	n.t.Helper()
	require.NoError(n.t, n.Stop())
}

// kill ends it as the kernel does.
func (n *node) kill() {
	n.t.Helper()
	require.NoError(n.t, n.Process.Kill())
}

// watches waits until the Collector has found a number of files.
func (n *node) watches(files int) {
	n.t.Helper()
	require.Eventually(n.t, func() bool { return strings.Count(n.Process.Log(), "Started watching file") >= files },
		settleTimeout, pollInterval)
}

// settle waits until all starts together have counted what is expected.
func (n *node) settle(when string, e *expect.Set) {
	n.t.Helper()
	var diffs []expect.Difference
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		if diffs = e.Differences(n.counted()); len(diffs) == 0 {
			return
		}
	}
	report(n.t, when, diffs)
}

// counted sums up over all starts what Prometheus holds.
func (n *node) counted() promclient.Vector {
	v, err := n.prometheus.Query(n.t.Context(), `last_over_time({__name__=~"istio_(request|response|tcp).+"}[1h])`)
	require.NoError(n.t, err)
	sums := map[string]promclient.Sample{}
	for _, s := range v {
		delete(s.Labels, "instance")
		key := promclient.Sample{Labels: s.Labels}.String()
		s.Value += sums[key].Value
		sums[key] = s
	}
	var all promclient.Vector
	for _, s := range sums {
		all = append(all, s)
	}
	return all
}

// recorded are the lines of testdata/captures that these tests log.
var recorded = map[string]struct {
	line  int
	count func(e *expect.Set, n int, from labels)
}{
	"blocked request": {29, func(e *expect.Set, n int, from labels) {
		e.Requests(n, value{}, value{}, outsideIP, join(istioLabels, bySource, blackHole("httpbin.org"), httpOutcome("502", "-"), from))
	}},
	"blocked connection": {33, func(e *expect.Set, n int, from labels) {
		e.Connections(n, 0, 0, outsideIP, join(istioLabels, bySource, blackHole(noHost), tcpOutcome("UH"), from))
	}},
	"allowed request": {3, func(e *expect.Set, n int, from labels) {
		e.Requests(n, value{}, value{Number: float64(120 * n)}, outsideIP,
			join(istioLabels, bySource, passthrough("httpbin.org"), httpOutcome("200", "-"), from))
	}},
	"allowed connection": {8, func(e *expect.Set, n int, from labels) {
		e.Connections(n, int64(3*n), int64(6*n), outsideIP, join(istioLabels, bySource, passthrough(noHost), tcpOutcome("-"), from))
	}},
}

var outsideIP = labels{"destination_ip": "203.0.113.10"}

// recordedLine is what a proxy wrote.
func recordedLine(t *testing.T, kind string) string {
	t.Helper()
	b, err := os.ReadFile("../../testdata/captures/sidecars/text.jsonl")
	require.NoError(t, err)
	var request struct {
		ResourceLogs []struct {
			ScopeLogs []struct {
				LogRecords []struct{ Body struct{ StringValue string } }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(strings.Split(string(b), "\n")[recorded[kind].line]), &request))
	return strings.TrimSuffix(request.ResourceLogs[0].ScopeLogs[0].LogRecords[0].Body.StringValue, "\n")
}
