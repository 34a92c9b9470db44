// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"
)

// egressRows is small, so that a flood fills the ledger.
const egressRows = 100

const egressRequests = "istio_egress_requests_total"

// pageRows asks the page for all rows of a query.
func (g *gateway) pageRows(t *testing.T, query url.Values) []pageclient.Row {
	t.Helper()
	rows, err := pageclient.Rows(t.Context(), g.Page, query)
	require.NoError(t, err)
	return rows
}

// TestEgressPage shows each request in one row, also those of a workload that goes to
// more destinations than there are rows. Another workload keeps its own.
func TestEgressPage(t *testing.T) {
	t.Parallel()
	g := startGatewayBefore(t, startPrometheus(t), map[string]string{
		"EGRESS_MAX_ROWS": strconv.Itoa(egressRows), "DESTINATION_HOST": "true",
	})

	scan := flood.Flood{Kind: flood.Requests, Records: 5000, Destinations: 5000, PerRequest: 100, Workloads: 1, Workload: "scan"}
	web := flood.Flood{Kind: flood.Requests, Records: 100, Destinations: 4, PerRequest: 10, Workloads: 1, Workload: "web"}
	g.flood(t, scan)
	g.flood(t, web)
	g.becomes(t, float64(scan.Records+web.Records), "sum("+requests+")")

	requestsOf, overflow, webRows := map[string]int{}, 0, 0
	rows := g.pageRows(t, nil)
	assert.LessOrEqual(t, len(rows), egressRows)
	for _, r := range rows {
		requestsOf[r.Source.Namespace] += r.Requests
		if r.Overflow {
			overflow += r.Requests
		}
	}
	assert.Equal(t, map[string]int{"shop": scan.Records + web.Records}, requestsOf, "each request is in one row")
	assert.Positive(t, overflow)
	for _, r := range g.pageRows(t, url.Values{"workload": {web.Workload + "0"}}) {
		assert.False(t, r.Overflow)
		webRows += r.Requests
	}
	assert.Equal(t, web.Records, webRows)

	// The metrics say what the page says.
	var page struct{ requests, sent, received int }
	for _, r := range rows {
		page.requests += r.Requests
		page.sent += r.SentBytes
		page.received += r.ReceivedBytes
	}
	for promQL, want := range map[string]int{
		"sum(istio_egress_requests_total)":                                                             page.requests,
		"sum(istio_egress_requests_total{source_workload=\"" + web.Workload + "0\"})":                  web.Records,
		"sum(istio_egress_requests_total{otel_metric_overflow=\"true\"})":                              overflow,
		"count(istio_egress_requests_total)":                                                           len(rows),
		"count(istio_egress_first_seen_timestamp_seconds <= istio_egress_last_seen_timestamp_seconds)": len(rows),
		"sum(istio_egress_sent_bytes_total)":                                                           page.sent,
		"sum(istio_egress_received_bytes_total)":                                                       page.received,
	} {
		g.becomes(t, float64(want), promQL)
	}
}
