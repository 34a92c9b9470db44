// SPDX-License-Identifier: Apache-2.0

package istioegressconnector

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/configform"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// gateway is the connector as the Collector has it: an instance for each pair of
// signals, each of which is handed each record.
type gateway struct {
	t         *testing.T
	instances []connector.Logs
	shared    *istioEgress
	page      *page
	telemetry *componenttest.Telemetry
	logs      *observer.ObservedLogs
	host      host
}

// outputs of a gateway. One that is nil is in no pipeline.
type outputs struct {
	logs    consumer.Logs
	metrics consumer.Metrics
}

// signals are those that a gateway has pipelines for.
type signals struct{ logs, metrics bool }

// eachSignals are all that there can be.
var eachSignals = map[string]signals{"logs alone": {logs: true}, "metrics alone": {metrics: true}, "both": {true, true}}

func (s signals) to(logs consumer.Logs, metrics consumer.Metrics) (to outputs) {
	if s.logs {
		to.logs = logs
	}
	if s.metrics {
		to.metrics = metrics
	}
	return to
}

func testConfig() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.InstanceID = "gateway-0"
	cfg.Page = &pageID
	return cfg
}

// newGateway creates the instances. They are not started.
func newGateway(t *testing.T, cfg *Config, to outputs) *gateway {
	t.Helper()
	g := &gateway{t: t, page: &page{registered: map[string]egress.Ledger{}}, telemetry: componenttest.NewTelemetry()}
	g.host = host{pageID: g.page}
	set := metadatatest.NewSettings(g.telemetry)
	set.ID = component.NewID(metadata.Type)
	core, logs := observer.New(zap.InfoLevel)
	set.Logger, g.logs = zap.New(core), logs
	factory := NewFactory()
	add := func(c connector.Logs, err error) {
		require.NoError(t, err)
		g.instances = append(g.instances, c)
		g.shared = c.(*output).istioEgress
	}
	if to.logs != nil {
		add(factory.CreateLogsToLogs(t.Context(), set, cfg, to.logs))
	}
	if to.metrics != nil {
		add(factory.CreateLogsToMetrics(t.Context(), set, cfg, to.metrics))
	}
	return g
}

func (g *gateway) start() *gateway {
	g.t.Helper()
	for _, c := range g.instances {
		require.NoError(g.t, c.Start(g.t.Context(), g.host))
	}
	return g
}

func (g *gateway) consume(ld plog.Logs) {
	g.t.Helper()
	for _, c := range g.instances {
		require.NoError(g.t, c.ConsumeLogs(g.t.Context(), ld))
	}
}

func (g *gateway) stop() {
	g.t.Helper()
	for _, c := range g.instances {
		require.NoError(g.t, c.Shutdown(g.t.Context()))
	}
	require.NoError(g.t, g.telemetry.Shutdown(g.t.Context()))
}

// rows of the ledger on the page.
func (g *gateway) rows() []egress.Row { return g.page.registered["istio_egress"].Rows() }

func (g *gateway) total() (c egress.Counts) {
	for _, r := range g.rows() {
		c.Add(r.Counts)
	}
	return c
}

// lastOf adds up the last value of each series of a counter.
func lastOf(name string, mds ...pmetric.Metrics) (sum int64) {
	last := map[string]int64{}
	for _, p := range pointsOf(name, mds...) {
		key := fmt.Sprint(p.Attributes().AsRaw())
		last[key] = p.IntValue()
		if p.Flags().NoRecordedValue() {
			delete(last, key)
		}
	}
	for _, v := range last {
		sum += v
	}
	return sum
}

func pointsOf(name string, mds ...pmetric.Metrics) (points []pmetric.NumberDataPoint) {
	for _, md := range mds {
		for _, rm := range md.ResourceMetrics().All() {
			for _, sm := range rm.ScopeMetrics().All() {
				for _, m := range sm.Metrics().All() {
					if m.Name() != name {
						continue
					}
					var slice pmetric.NumberDataPointSlice
					if m.Type() == pmetric.MetricTypeGauge {
						slice = m.Gauge().DataPoints()
					} else {
						slice = m.Sum().DataPoints()
					}
					for _, p := range slice.All() {
						points = append(points, p)
					}
				}
			}
		}
	}
	return points
}

const (
	connectionsTotal = "istio_egress_connections_total"
	sentBytesTotal   = "istio_egress_sent_bytes_total"
	firstSeen        = "istio_egress_first_seen_timestamp_seconds"
	lastSeen         = "istio_egress_last_seen_timestamp_seconds"
)

// A record counts once, whatever outputs there are.
func TestOutputs(t *testing.T) {
	for name, has := range eachSignals {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				logs, metrics := new(consumertest.LogsSink), new(consumertest.MetricsSink)
				g := newGateway(t, testConfig(), has.to(logs, metrics)).start()
				require.Len(t, g.page.registered, 1)
				ld := request(
					webToAPI,
					[3]string{"batch", "203.0.113.1", contract.BlackHoleCluster},
				)
				for range 3 {
					g.consume(ld)
					time.Sleep(time.Second)
				}
				assert.Len(t, g.rows(), 2)
				assert.Equal(t, egress.Counts{Connections: 6, SentBytes: 60}, g.total())
				metadatatest.AssertEqualConnectorIstioEgressRecords(t, g.telemetry, []metricdata.DataPoint[int64]{
					{Attributes: outcome("outside"), Value: 6},
				}, metricdatatest.IgnoreTimestamp())
				g.stop()
				assert.Empty(t, g.page.registered)

				if has.logs {
					assert.Equal(t, 2, logs.LogRecordCount())
				}
				if has.metrics {
					assert.Equal(t, int64(6), lastOf(connectionsTotal, metrics.AllMetrics()...))
					assert.Equal(t, int64(60), lastOf(sentBytesTotal, metrics.AllMetrics()...))
				}
			})
		})
	}
}

func TestConnectorOfAnotherConfigurationIsAnother(t *testing.T) {
	factory, set := NewFactory(), metadatatest.NewSettings(componenttest.NewTelemetry())
	create := func(cfg *Config) *istioEgress {
		c, err := factory.CreateLogsToMetrics(t.Context(), set, cfg, consumertest.NewNop())
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.Shutdown(t.Context())) })
		return c.(*output).istioEgress
	}
	cfg := testConfig()
	first := create(cfg)
	assert.Same(t, first, create(cfg))
	assert.NotSame(t, first, create(testConfig()))
	require.NoError(t, (&output{istioEgress: first}).Shutdown(t.Context()))
	assert.NotSame(t, first, create(cfg), "it was shut down")
}

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := new(consumertest.MetricsSink)
		g := newGateway(t, testConfig(), outputs{metrics: sink}).start()
		began := time.Now()
		g.consume(request(webToAPI))
		time.Sleep(5 * time.Second)
		g.consume(request(webToAPI))
		time.Sleep(15 * time.Second)
		require.Len(t, sink.AllMetrics(), 1)
		md := sink.AllMetrics()[0]
		assert.Equal(t, map[string]any{"service.name": "otelcol-istio", "service.instance.id": "gateway-0"}, md.ResourceMetrics().At(0).Resource().Attributes().AsRaw())
		assert.Equal(t, 4, md.MetricCount()-1, "a row of connections has no requests")

		points := pointsOf(connectionsTotal, md)
		require.Len(t, points, 2)
		assert.Equal(t, int64(0), points[0].IntValue(), "the zero of the series")
		assert.Equal(t, int64(2), points[1].IntValue())
		assert.Equal(t, map[string]any{
			"source_workload_namespace": "shop", "source_workload": "web", "destination_host": "api.example.com",
			"destination_port": "443", "traffic": "tls", "decision": "passed", "name_source": "server_name",
		}, points[1].Attributes().AsRaw())
		first, last := pointsOf(firstSeen, md), pointsOf(lastSeen, md)
		require.Len(t, first, 1)
		require.Len(t, last, 1)
		assert.InDelta(t, float64(began.UnixNano())/1e9, first[0].DoubleValue(), 1e-6)
		assert.InDelta(t, float64(began.UnixNano())/1e9+5, last[0].DoubleValue(), 1e-6)
		g.stop()
	})
}

// A row that goes takes its series with it: each ends with a stale marker.
func TestRowsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := new(consumertest.MetricsSink)
		cfg := testConfig()
		cfg.Retention = configform.Duration(time.Hour)
		g := newGateway(t, cfg, outputs{metrics: sink}).start()
		g.consume(request(webToAPI))
		time.Sleep(65 * time.Minute)
		assert.Empty(t, g.rows())
		last := sink.AllMetrics()[len(sink.AllMetrics())-1]
		for _, name := range []string{connectionsTotal, sentBytesTotal, firstSeen, lastSeen} {
			points := pointsOf(name, last)
			require.Len(t, points, 1, name)
			assert.True(t, points[0].Flags().NoRecordedValue(), name)
		}
		metadatatest.AssertEqualConnectorIstioEgressExpiredRows(t, g.telemetry, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
		g.stop()
	})
}

// A row that has traffic again after its series have ended has gone, and counts as such,
// although nothing looked at all rows since.
func TestRowsThatComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig()
		cfg.Retention = configform.Duration(time.Hour)
		g := newGateway(t, cfg, outputs{metrics: new(consumertest.MetricsSink)}).start()
		time.Sleep(30 * time.Second)
		g.consume(request(webToAPI))
		time.Sleep(60*time.Minute + 30*time.Second + 20*time.Second) // its end has begun and was sent
		g.consume(request(webToAPI))
		assert.Equal(t, int64(1), g.total().Connections)
		assert.Equal(t, int64(1), g.shared.About().ExpiredRows)
		metadatatest.AssertEqualConnectorIstioEgressExpiredRows(t, g.telemetry, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
		g.stop()
	})
}

// The overflow rows are series, too: sums are exact however many destinations there are.
func TestMetricsAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := new(consumertest.MetricsSink)
		cfg := testConfig()
		cfg.MaxRows = 100
		g := newGateway(t, cfg, outputs{metrics: sink}).start()
		for i := range 500 {
			g.consume(request([3]string{fmt.Sprint("w", i%7), fmt.Sprintf("%d.example.com", i), contract.PassthroughCluster}))
		}
		g.stop()
		assert.Equal(t, int64(500), lastOf(connectionsTotal, sink.AllMetrics()...))
		overflow := 0
		for _, p := range pointsOf(connectionsTotal, sink.AllMetrics()...) {
			if v, ok := p.Attributes().Get(egress.LabelOverflow); ok {
				assert.Equal(t, "true", v.Str())
				overflow++
			}
		}
		assert.Positive(t, overflow)
	})
}

// What was refused is in the next flush. A stop tells what was lost.
func TestRefusedMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t, testConfig(), outputs{metrics: consumertest.NewErr(errors.New("full"))}).start()
		g.consume(request(webToAPI))
		time.Sleep(time.Minute)
		assert.Len(t, g.rows(), 1)
		require.ErrorContains(t, g.instances[0].Shutdown(t.Context()), "the last counts of 1 records in 5 series are lost")
		metadatatest.AssertEqualConnectorIstioEgressLostRecords(t, g.telemetry, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
		require.NoError(t, g.telemetry.Shutdown(t.Context()))
	})
}
