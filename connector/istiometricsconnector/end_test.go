// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
)

// closedPoints lists the points of closed connections but zeros, all apps together.
func closedPoints(mds ...pmetric.Metrics) (points []pmetric.NumberDataPoint) {
	forEachMetric(mds, func(m pmetric.Metric) {
		if m.Name() == "istio_tcp_connections_closed_total" {
			for i := range m.Sum().DataPoints().Len() {
				if p := m.Sum().DataPoints().At(i); p.Timestamp() > p.StartTimestamp() {
					points = append(points, p)
				}
			}
		}
	})
	return points
}

// idling starts a connector that flushes every 10 s and ends series after 30.
func idling(t *testing.T) (*istioMetrics, *componenttest.Telemetry, *fallible) {
	t.Helper()
	cfg := testConfig()
	cfg.FlushInterval, cfg.SeriesIdleTimeout = 10*time.Second, 30*time.Second
	next := new(fallible)
	c, tel := newTestConnector(t, cfg, next)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	return c, tel, next
}

// pass lets flushes happen and returns what they sent.
func pass(next *fallible, d time.Duration) []pmetric.Metrics {
	next.Reset()
	time.Sleep(d)
	synctest.Wait()
	return next.AllMetrics()
}

func TestIdleSeriesEndAndComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, tel, next := idling(t)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 2)))
		points := closedPoints(pass(next, 30*time.Second)...)
		require.Len(t, points, 3)
		for _, p := range points {
			assert.False(t, p.Flags().NoRecordedValue())
			assert.EqualValues(t, 2, p.IntValue())
		}
		began := points[0].StartTimestamp()

		points = closedPoints(pass(next, 20*time.Second)...)
		require.Len(t, points, 1, "the end goes out once")
		assert.True(t, points[0].Flags().NoRecordedValue())
		assert.Equal(t, began, points[0].StartTimestamp())
		assert.Equal(t, pmetric.NumberDataPointValueTypeEmpty, points[0].ValueType())
		ended := points[0].Timestamp()
		metadatatest.AssertEqualConnectorIstioMetricsSeries(t, tel, []metricdata.DataPoint[int64]{{}}, metricdatatest.IgnoreTimestamp())
		metadatatest.AssertEqualConnectorIstioMetricsEndedLabelSets(t, tel, []metricdata.DataPoint[int64]{{Value: 1, Attributes: attributeSet("cause", "idle")}}, metricdatatest.IgnoreTimestamp())
		metadatatest.AssertEqualConnectorIstioMetricsEndedAddresses(t, tel, []metricdata.DataPoint[int64]{{Value: 1, Attributes: attributeSet("cause", "idle")}}, metricdatatest.IgnoreTimestamp())

		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		points = closedPoints(pass(next, 10*time.Second)...)
		require.Len(t, points, 1)
		assert.EqualValues(t, 1, points[0].IntValue())
		assert.Greater(t, points[0].StartTimestamp(), ended)
	})
}

func TestSeriesThatMoveDoNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, next := idling(t)
		for range 10 {
			require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
			for _, p := range closedPoints(pass(next, 30*time.Second)...) {
				assert.False(t, p.Flags().NoRecordedValue())
			}
		}
		require.NoError(t, c.Shutdown(t.Context()))
		all := next.AllMetrics()
		assert.EqualValues(t, 10, closedPoints(all[len(all)-1])[0].IntValue())
	})
}

func TestNoIdleTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig()
		cfg.SeriesIdleTimeout = 0
		next := new(fallible)
		c, _ := newTestConnector(t, cfg, next)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
		time.Sleep(1000 * time.Hour)
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
		assert.False(t, closedPoints(next.AllMetrics()[1])[0].Flags().NoRecordedValue())
	})
}

func TestRefusedEndsAreRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, next := idling(t)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		next.fail(errRefused)
		assert.Empty(t, pass(next, 100*time.Second))
		next.fail(nil)
		points := closedPoints(pass(next, 10*time.Second)...)
		require.Len(t, points, 1)
		assert.EqualValues(t, 1, points[0].IntValue(), "the value has to arrive before the end")
		next.fail(errRefused)
		assert.Empty(t, pass(next, 20*time.Second))
		next.fail(nil)
		points = closedPoints(pass(next, 30*time.Second)...)
		require.Len(t, points, 1)
		assert.True(t, points[0].Flags().NoRecordedValue())
	})
}

func TestShutdownEndsNoLiveSeries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, next := idling(t)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		pass(next, 15*time.Second)
		next.Reset()
		require.NoError(t, c.Shutdown(t.Context()))
		points := closedPoints(next.AllMetrics()...)
		require.Len(t, points, 1)
		assert.EqualValues(t, 1, points[0].IntValue())
	})
}

// TestEndsOfHistograms checks what remote write makes a stale marker of: each
// bucket series of the flush before, its sum and its count.
func TestEndsOfHistograms(t *testing.T) {
	for _, kind := range histogramKinds {
		cfg := testConfig()
		cfg.Histogram.Kind = kind
		sink := new(consumertest.MetricsSink)
		c, _ := newTestConnector(t, cfg, sink)
		require.NoError(t, c.ConsumeLogs(t.Context(), shape{records: 2, scopes: 1}.logs()))
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
		sink.Reset()
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now().Add(time.Hour)))
		histograms := 0
		forEachMetric(sink.AllMetrics(), func(m pmetric.Metric) {
			switch m.Type() {
			case pmetric.MetricTypeHistogram:
				p := m.Histogram().DataPoints().At(0)
				assert.True(t, p.Flags().NoRecordedValue())
				assert.Equal(t, envoyBounds, p.ExplicitBounds().AsRaw())
				assert.Equal(t, make([]uint64, len(envoyBounds)+1), p.BucketCounts().AsRaw())
				assert.True(t, p.HasSum())
				histograms++
			case pmetric.MetricTypeExponentialHistogram:
				p := m.ExponentialHistogram().DataPoints().At(0)
				assert.True(t, p.Flags().NoRecordedValue())
				assert.Empty(t, p.Positive().BucketCounts().AsRaw())
				histograms++
			case pmetric.MetricTypeSum:
				assert.True(t, m.Sum().DataPoints().At(0).Flags().NoRecordedValue())
			default:
			}
		})
		assert.Equal(t, 3, histograms, kind)
	}
}
