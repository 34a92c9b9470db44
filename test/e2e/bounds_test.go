package e2e

import (
	"context"
	"fmt"
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
	values = `count(count by (destination_ip) ({__name__=~"istio_.+",destination_ip!~"|other|unknown"}))`
	series = `count({__name__=~"istio_.+"})`
)

// TestScan shows that a workload which scans hides no first contact of another,
// before, amid or after.
func TestScan(t *testing.T) {
	g := startGateway(t, map[string]string{"DESTINATION_IP_LIMIT": "100"})
	watch := g.watch(t, pollInterval, map[string]float64{values: 100})
	scan := flood.Flood{Kind: flood.Blocked, Records: 100_000, Destinations: flood.MaxDestinations, PerRequest: 500, Workloads: 1, Workload: "scanner"}
	contact := flood.Flood{Kind: flood.Blocked, Records: 1, Destinations: flood.MaxDestinations, PerRequest: 1, Workloads: 1, Workload: "shop"}
	for n := range 3 {
		contact.First = flood.MaxDestinations - 1000*(n+1)
		scan.First = n * scan.Records
		g.flood(t, contact)
		g.flood(t, scan)
	}
	want := float64(3*scan.Records + 3)
	require.Eventually(t, func() bool { return g.value(t, "sum("+closed+")") == want }, settleTimeout, pollInterval)
	for n := range 3 {
		seen := g.query(t, fmt.Sprintf(`%s{source_workload="shop0",destination_service_name="BlackHoleCluster",destination_ip=%q}`,
			closed, flood.Address(flood.MaxDestinations-1000*(n+1))))
		require.Len(t, seen, 1, "contact %d shows by its address", n)
		assert.InDelta(t, 1, seen[0].Value, 0)
	}
	watch.stop(t)
	t.Logf("the scan got %.0f values of its own", g.value(t, `count(count by (destination_ip) (`+closed+`{source_workload="scanner0",destination_ip!~".*/.*|other"}))`))
}

// TestLimitBitesAndRecovers shows that no more values live than there are slots,
// that values which stay away end at once and for good, and that one which comes
// back begins anew.
func TestLimitBitesAndRecovers(t *testing.T) {
	const limit = 20
	g := startGateway(t, map[string]string{"DESTINATION_IP_LIMIT": fmt.Sprint(limit)},
		"yaml:processors::istio_labels::limits::destination_ip::idle_timeout: 3s",
		"yaml:connectors::istio_metrics::series_idle_timeout: 6s")
	stop := g.heartbeat(t)
	watch := g.watch(t, pollInterval, map[string]float64{values: limit})

	wave := flood.Flood{Kind: flood.Connections, Records: 5000, Destinations: 50, PerRequest: 100, Workloads: 4, Workload: "w"}
	g.flood(t, wave)
	require.Eventually(t, func() bool { return g.value(t, "sum("+closed+")") == 5000 }, settleTimeout, pollInterval)
	first := g.query(t, closed+`{destination_ip!~".*/.*|other"}`)
	require.NotEmpty(t, first, "some addresses have slots")
	back := first[0]

	require.Eventually(t, func() bool { return g.value(t, values) == 0 }, settleTimeout, pollInterval, "values that stay away end")
	age := time.Since(g.lastSample(t, fmt.Sprintf("%s{destination_ip=%q}", closed, back.Labels["destination_ip"])))
	assert.Less(t, age, time.Minute, "by their stale markers, long before Prometheus forgets a series without")

	g.flood(t, flood.Flood{Kind: flood.Connections, First: 1000, Records: 4, Destinations: flood.MaxDestinations, PerRequest: 4, Workloads: 1, Workload: "v"})
	require.Eventually(t, func() bool { return len(g.query(t, closed+`{destination_ip!~".*/.*|other"}`)) == 4 }, settleTimeout, pollInterval, "new ones show")

	numbers := map[string]int{}
	for n := range 50 {
		numbers[flood.Address(n)] = n
	}
	one := wave
	one.First, one.Records, one.Workloads, one.PerRequest = numbers[back.Labels["destination_ip"]], 1, 1, 1
	g.flood(t, one)
	w0 := fmt.Sprintf(`%s{destination_ip=%q,source_workload="w0"}`, closed, back.Labels["destination_ip"])
	require.Eventually(t, func() bool { return g.value(t, w0) == 1 }, settleTimeout, pollInterval, "what comes back begins anew")
	watch.stop(t)
	stop()
	require.NoError(t, g.Stop())
	sums := g.lives(t, closed)
	assert.InDelta(t, 5005, sums.total, 0, "the last values of all lives are what was sent")
	t.Logf("%v", sums)
	assert.Positive(t, sums.lives-sums.series)
}

// TestMaxSeries shows the second wall: what does not fit is counted in few series
// that say so, nothing is lost, and there is room again when series end.
func TestMaxSeries(t *testing.T) {
	const most = 3000
	g := startGateway(t, map[string]string{"MAX_SERIES": fmt.Sprint(most)},
		"yaml:processors::istio_labels::limits::destination_ip::idle_timeout: 3s",
		"yaml:connectors::istio_metrics::series_idle_timeout: 4s")
	watch := g.watch(t, pollInterval, map[string]float64{series: most})
	g.flood(t, flood.Flood{Kind: flood.Blocked, Records: 400, Destinations: 100, PerRequest: 100, Workloads: 4, Workload: "w"})
	g.flood(t, flood.Flood{Kind: flood.Requests, Records: 20_000, Destinations: 300, PerRequest: 500, Workloads: 20, Workload: "w"})
	g.flood(t, flood.Flood{Kind: flood.Blocked, Records: 9_600, Destinations: 700, PerRequest: 500, Workloads: 5, Workload: "v"})
	require.Eventually(t, func() bool {
		return g.value(t, "sum("+requests+")") == 20_000 && g.value(t, "sum("+closed+")") == 10_000
	}, settleTimeout, pollInterval)

	for metric, service := range map[string]string{requests: "PassthroughCluster", closed: "BlackHoleCluster"} {
		overflow := g.query(t, metric+`{otel_metric_overflow="true"}`)
		require.Len(t, overflow, 1, metric)
		assert.Equal(t, map[string]string{
			"__name__": metric, "job": "otelcol-istio", "instance": g.instance,
			"otel_metric_overflow": "true", "reporter": "source", "destination_service_name": service,
		}, overflow[0].Labels)
		assert.Positive(t, g.value(t, `count(`+metric+`{otel_metric_overflow=""})`), "the first ones have series of their own")
	}
	assert.Positive(t, g.telemetry(t, "otelcol_connector_istio_metrics_overflowed_records", ""))
	assert.Equal(t, most, g.telemetry(t, "otelcol_connector_istio_metrics_series_limit", ""))

	require.Eventually(t, func() bool { return g.value(t, series) == 0 }, settleTimeout, pollInterval, "all series end")
	g.flood(t, flood.Flood{Kind: flood.Requests, Records: 1, Destinations: 1, PerRequest: 1, Workloads: 1, Workload: "late"})
	require.Eventually(t, func() bool { return g.value(t, requests+`{source_workload="late0"}`) == 1 }, settleTimeout, pollInterval, "there is room again")
	watch.stop(t)
	assert.InDelta(t, 20_001, g.value(t, "sum(last_over_time("+requests+"[1h]))"), 0)
	assert.InDelta(t, 10_000, g.value(t, "sum(last_over_time("+closed+"[1h]))"), 0)
}

// maxResident is what the documentation says of the gateway's memory while
// addresses or hosts are without number.
const maxResident = 400 << 20

// TestTenMillionAddresses sends as many different addresses through the gateway
// as it is shipped.
func TestTenMillionAddresses(t *testing.T) {
	g := startGateway(t, nil)
	watch := g.watch(t, time.Second, map[string]float64{values: 1000, series: 100_000})
	began := time.Now()
	g.flood(t, flood.Flood{Kind: flood.Connections, Records: flood.MaxDestinations, Destinations: flood.MaxDestinations, PerRequest: 1000, Workloads: 8, Workload: "w"})
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
	assert.InDelta(t, flood.MaxDestinations, sums.total, 0, "every connection is counted once")
	assert.LessOrEqual(t, usage.PeakRSS, int64(maxResident))
}

func (g *gateway) flood(t *testing.T, f flood.Flood) {
	t.Helper()
	require.NoError(t, f.Send(t.Context(), g.OTLP))
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
