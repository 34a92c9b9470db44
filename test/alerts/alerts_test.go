// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestEgress has an alert on the outside traffic of workloads fire and end.
func TestEgress(t *testing.T) {
	t.Parallel()
	p := startPrometheus(t)
	g := p.start(t, "egress", nil,
		"yaml:processors::istio_labels::destination_host::destinations: [BlackHoleCluster, PassthroughCluster, AllowAnyDynamicDNSCluster, "+listedHost+"]")
	w := startWatch(t, p)
	p.learn(t)
	causes := egressCauses(g)
	run(t, w, causes)

	expected := []map[string]string{{"alertname": "IstioEgressNewDestination"}}
	for _, c := range causes {
		expected = append(expected, c.labels)
	}
	expected = append(expected, ofWorkload("IstioEgressBlocked", "broken"))
	w.only(t, expected)
}

// run has all causes happen at once, since windows take their time.
func run(t *testing.T, w *watch, causes []cause) {
	t.Helper()
	for _, c := range causes {
		c.do(t)
	}
	name := func(c cause) string {
		return strings.TrimSpace(c.labels["alertname"] + " " + c.labels["source_workload"])
	}
	for _, c := range causes {
		t.Run(name(c)+" fires", func(t *testing.T) { w.fires(t, c.labels) })
		if c.end != nil {
			c.end(t)
		}
	}
	for _, c := range causes {
		t.Run(name(c)+" ends", func(t *testing.T) { w.ends(t, c.labels) })
	}
}

// learn waits until gateways wrote long enough.
func (p *prometheus) learn(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		v, err := p.Value(t.Context(), "count(max_over_time(otelcol_istio_build_info[30s] offset 1s))")
		return err == nil && v > 0
	}, patience, 100*time.Millisecond)
}
