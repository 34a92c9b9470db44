// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

const (
	closed   = "istio_tcp_connections_closed_total"
	requests = "istio_requests_total"
	// values of destination_ip that need a slot and live, and all series that do.
	values = `count(count by (destination_ip) ({__name__=~"istio_(request|response|tcp).+",destination_ip!~"|other|unknown"}))`
	series = `count({__name__=~"istio_(request|response|tcp).+"})`
)

// TestScan shows that a workload which scans hides no first contact of another,
// before, amid or after.
func TestScan(t *testing.T) {
	g := startGateway(t, map[string]string{"DESTINATION_IP_LIMIT": "100"})
	watch := g.watch(t, pollInterval, map[string]float64{values: 100 + changing(100)})
	scan := flood.Flood{Kind: flood.Blocked, Records: 100_000, Destinations: flood.MaxDestinations, PerRequest: 500, Workloads: 1, Workload: "scanner"}
	contact := flood.Flood{Kind: flood.Blocked, Records: 1, Destinations: flood.MaxDestinations, PerRequest: 1, Workloads: 1, Workload: "shop"}
	for n := range 3 {
		contact.First = flood.MaxDestinations - 1000*(n+1)
		scan.First = n * scan.Records
		g.flood(t, contact)
		g.flood(t, scan)
	}
	g.becomes(t, float64(3*scan.Records+3), "sum("+closed+")")
	for n := range 3 {
		seen := g.query(t, fmt.Sprintf(`%s{source_workload="shop0",destination_service_name="BlackHoleCluster",destination_ip=%q}`,
			closed, flood.Address(flood.MaxDestinations-1000*(n+1))))
		require.Len(t, seen, 1, "contact %d shows by its address", n)
		assert.InDelta(t, 1, seen[0].Value, 0)
	}
	watch.stop(t)
	t.Logf("the scan got %.0f values of its own", g.value(t, `count(count by (destination_ip) (`+closed+`{source_workload="scanner0",destination_ip!~".*/.*|other"}))`))
}

// changing is how many values may show for two flushes more after their slots were
// given to others: a tenth of the slots in 15 seconds, and at least one of the
// addresses and of each size of network.
func changing(limit int) float64 { return float64(limit/10 + 2) }

// TestLimitsBiteAndRecover shows that no more values live than there are slots and
// such that lost theirs just now, that values which stay away end for good, and that
// one which comes back begins anew.
func TestLimitsBiteAndRecover(t *testing.T) {
	const (
		addresses, names = 20, 10
		ownAddress       = closed + `{destination_ip!~".*/.*|other"}`
		ownName          = `count(count by (destination_service) (` + requests + `{destination_service=~"h.+"}))`
	)
	g := startGateway(t, map[string]string{"DESTINATION_IP_LIMIT": strconv.Itoa(addresses)},
		"yaml:connectors::istio_metrics::series_idle_timeout: 4s",
		"yaml:processors::istio_labels::limits::destination_ip::idle_timeout: 3s",
		"yaml:processors::istio_labels::limits::destination_service::idle_timeout: 3s",
		"yaml:processors::istio_labels::limits::destination_service::limit: "+strconv.Itoa(names))
	stop := g.heartbeat(t)
	watch := g.watch(t, pollInterval, map[string]float64{values: addresses + changing(addresses), ownName: names + changing(names)})

	first := flood.Flood{Kind: flood.Connections, Records: 5000, Destinations: 50, PerRequest: 100, Workloads: 4, Workload: "w"}
	g.flood(t, first)
	g.flood(t, flood.Flood{Kind: flood.Requests, Records: 5000, Destinations: 50, PerRequest: 100, Workloads: 4, Workload: "w"})
	// All lives, because the first series may end before the last record is counted.
	g.totals(t, 5000, closed)
	g.totals(t, 5000, requests+`{source_workload!="unknown"}`)
	seen := g.samples(t, ownAddress)
	require.NotEmpty(t, seen, "some addresses have slots")
	back := seen[0].Labels["destination_ip"]

	// Without stale markers Prometheus would show them for five minutes more.
	g.becomes(t, 0, values)
	g.becomes(t, 0, ownName)

	g.flood(t, flood.Flood{Kind: flood.Connections, First: 1000, Records: 4, Destinations: flood.MaxDestinations, PerRequest: 4, Workloads: 1, Workload: "v"})
	g.becomes(t, 4, `count(last_over_time(`+closed+`{source_workload="v0",destination_ip!~".*/.*|other"}[1h]))`)

	again := first
	again.First, again.Records, again.Workloads = number(back), 1, 1
	g.flood(t, again)
	g.becomes(t, 1, fmt.Sprintf(`last_over_time(%s{destination_ip=%q,source_workload="w0"}[1h])`, closed, back))
	watch.stop(t)
	stop()
	require.NoError(t, g.Stop())
	all := g.lives(t, closed)
	assert.InDelta(t, 5005, all.Total, 0, "the last values of all lives are what was sent")
	assert.Greater(t, all.Lives, all.Series, "some series lived twice")
	t.Logf("%v; most: %v", all, watch.most)
}

// number is that of a flood's address.
func number(address string) (n int) {
	for flood.Address(n) != address {
		n++
	}
	return n
}

// TestMaxSeries shows the second wall: what does not fit is counted in few series
// that say so, nothing is lost, and there is room again when series end.
func TestMaxSeries(t *testing.T) {
	const most = 3000
	g := startGateway(t, map[string]string{"MAX_SERIES": strconv.Itoa(most)},
		"yaml:connectors::istio_metrics::series_idle_timeout: 4s")
	watch := g.watch(t, pollInterval, map[string]float64{series: most})
	g.flood(t, flood.Flood{Kind: flood.Blocked, Records: 400, Destinations: 100, PerRequest: 100, Workloads: 4, Workload: "w"})
	g.flood(t, flood.Flood{Kind: flood.Requests, Records: 20_000, Destinations: 300, PerRequest: 500, Workloads: 20, Workload: "w"})
	g.flood(t, flood.Flood{Kind: flood.Blocked, Records: 9_600, Destinations: 700, PerRequest: 500, Workloads: 5, Workload: "v"})
	// All lives, because the first series may end before the last record is counted.
	g.totals(t, 20_000, requests)
	g.totals(t, 10_000, closed)

	for metric, service := range map[string]string{requests: "PassthroughCluster", closed: "BlackHoleCluster"} {
		overflow := g.query(t, `last_over_time(`+metric+`{otel_metric_overflow="true"}[1h])`)
		require.NotEmpty(t, overflow, metric)
		for _, series := range overflow {
			assert.NotEmpty(t, series.Labels["source_workload"], "it names the workload that reports")
			delete(series.Labels, "source_workload")
			assert.Equal(t, map[string]string{
				"__name__": metric, "job": "otelcol-istio", "instance": g.instance,
				"otel_metric_overflow": "true", "reporter": "source", "destination_service_name": service,
				"source_workload_namespace": "shop",
			}, series.Labels)
		}
		assert.Positive(t, g.value(t, `count(last_over_time(`+metric+`{otel_metric_overflow=""}[1h]))`), "the first ones have series of their own")
	}
	assert.Positive(t, g.telemetry(t, "otelcol_connector_istio_metrics_overflowed_records", ""))
	assert.Equal(t, most, g.telemetry(t, "otelcol_connector_istio_metrics_series_limit", ""))

	g.becomes(t, 0, series)
	g.flood(t, flood.Flood{Kind: flood.Requests, Records: 1, Destinations: 1, PerRequest: 1, Workloads: 1, Workload: "late"})
	g.becomes(t, 1, `last_over_time(`+requests+`{source_workload="late0"}[1h])`) // there is room again
	watch.stop(t)
	g.totals(t, 20_001, requests)
	g.totals(t, 10_000, closed)
}

// maxResident is what the documentation says of the gateway's memory while
// addresses or hosts are without number.
const maxResident = 400 << 20

// TestTenMillionAddresses sends as many different addresses through the gateway
// as it is shipped.
func TestTenMillionAddresses(t *testing.T) {
	g := startGateway(t, nil)
	watch := g.watch(t, time.Second, map[string]float64{values: 1000 + changing(1000), series: 100_000})
	began := time.Now()
	g.flood(t, flood.Flood{Kind: flood.Connections, Records: flood.MaxDestinations, Destinations: flood.MaxDestinations, PerRequest: 500, Workloads: 8, Workload: "w"})
	took := time.Since(began)
	usage, err := g.Process.Usage()
	require.NoError(t, err)
	require.Zero(t, g.telemetry(t, "otelcol_receiver_refused_log_records", ""))
	distinct := g.telemetry(t, "otelcol_processor_istio_labels_limit_distinct", `label="destination_ip"`)
	assert.InEpsilon(t, flood.MaxDestinations, distinct, .03)
	require.NoError(t, g.Stop())
	most := watch.stop(t)

	sums := g.lives(t, closed)
	t.Logf("%v in %v, %.2f us a record, %d MiB at most; %v values and %v series at most; distinct values: %d; %v; last_over_time says %.0f",
		flood.MaxDestinations, took.Round(time.Second), float64(usage.CPU().Microseconds())/flood.MaxDestinations, usage.PeakRSS>>20,
		most[values], most[series], distinct, sums, g.value(t, "sum(last_over_time("+closed+"[1h]))"))
	assert.InDelta(t, flood.MaxDestinations, sums.Total, 0, "every connection is counted once")
	assert.LessOrEqual(t, usage.PeakRSS, int64(maxResident))
}

func (g *gateway) flood(t *testing.T, f flood.Flood) {
	t.Helper()
	require.NoError(t, f.Send(t.Context(), g.OTLP))
}

// becomes waits until an expression has a value.
func (g *gateway) becomes(t *testing.T, want float64, promQL string) {
	t.Helper()
	var got float64
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		if got = g.value(t, promQL); got == want {
			return
		}
	}
	require.Failf(t, "it never came", "%s is %v, want %v", promQL, got, want)
}

func (g *gateway) value(t *testing.T, promQL string) float64 {
	t.Helper()
	v, err := g.prometheus.Value(t.Context(), promQL)
	require.NoError(t, err)
	return v
}

// heartbeat has a request to a known service come all the time, so that every
// flush has a sample.
func (g *gateway) heartbeat(t *testing.T) (stop func()) {
	t.Helper()
	client, err := otlpclient.Dial(g.OTLP)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer client.Close()
		for ctx.Err() == nil {
			logs := plog.NewLogs()
			record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
			record.Attributes().PutStr("method", "GET")
			record.Attributes().PutStr("upstream_cluster_raw", "outbound|80||known.foo.svc.cluster.local")
			assert.NoError(t, client.Send(context.WithoutCancel(ctx), logs))
			time.Sleep(pollInterval)
		}
	}()
	return func() { cancel(); <-done }
}
