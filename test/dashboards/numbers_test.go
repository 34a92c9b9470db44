// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// testNumbers compares the numbers that the egress dashboard opens with and what the
// page knows of the same traffic. The page does not read Prometheus.
func testNumbers(t *testing.T, prometheus *promclient.Client, rows []pageclient.Row) {
	t.Helper()
	require.NotEmpty(t, rows)
	destinations := map[string]map[string]bool{"": {}, "blocked": {}, "passed": {}, "allowed": {}}
	for _, r := range rows {
		key := r.Source.Namespace + " " + r.Source.Workload + " " + r.Destination
		destinations[""][key] = true
		destinations[r.Decision][key] = true
	}
	want := map[string]int{
		"Destinations A":                      len(destinations[""]),
		"New destinations A":                  len(destinations[""]),
		"Blocked destinations A":              len(destinations["blocked"]),
		"Destinations without ServiceEntry A": len(destinations["passed"]),
	}
	d := ours(t)["egress.json"]
	for _, a := range ask(t, prometheus, d, d.all()) {
		if n, ok := want[a.name()]; ok {
			assert.Equal(t, n, int(a.rows.Sum()), a.name())
			delete(want, a.name())
		}
	}
	assert.Empty(t, want, "the dashboard has no such panel")
}

// testAccount wants each record that the gateway accepted in the account that the
// dashboard shows.
func testAccount(t *testing.T, prometheus *promclient.Client) {
	t.Helper()
	d, sums := ours(t)["gateway.json"], map[string]float64{}
	for _, a := range ask(t, prometheus, d, d.all()) {
		sums[a.name()] = a.rows.Sum()
	}
	assert.Positive(t, sums["Received, read, counted A"])
	assert.Contains(t, sums, "Accepted and not accounted for A")
	assert.Zero(t, sums["Accepted and not accounted for A"])
}

// testFirstColumn wants a number in each line of the first column of a table. Grafana
// names the columns otherwise if only one has numbers.
func testFirstColumn(t *testing.T, answers []answer) {
	t.Helper()
	first := map[string]string{}
	for _, a := range answers {
		if a.panel.Type != "table" {
			continue
		}
		if a.target.RefID == "A" {
			first[a.panel.Title] = rowsText(a.rows)
		}
		for line := range strings.Lines(rowsText(a.rows)) {
			assert.Contains(t, first[a.panel.Title], line, a.name())
		}
	}
	assert.NotEmpty(t, first)
}
