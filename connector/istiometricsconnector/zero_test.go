// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// httpLogs holds one request of each size, with a trace.
func httpLogs(sizes ...int64) plog.Logs {
	ld := shape{records: len(sizes), scopes: 1, trace: true}.logs()
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	for i, size := range sizes {
		records.At(i).Attributes().PutInt(contract.AttrBytesSent, size)
	}
	return ld
}

// pair is a zero and the first value of a series: times of both and their starts.
type pair struct{ zero, first, zeroStart, firstStart time.Time }

func newPair(zeroStart, zero, firstStart, first pcommon.Timestamp) pair {
	return pair{zero.AsTime(), first.AsTime(), zeroStart.AsTime(), firstStart.AsTime()}
}

// A series' first value has a zero before it, which is of the same metric, has the
// same attributes and is of its start time.
func TestZeros(t *testing.T) {
	for _, kind := range histogramKinds {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := testConfig()
				cfg.Histogram.Kind = kind
				next := &fallible{err: errRefused}
				c, _ := newTestConnector(t, cfg, next)
				began := time.Now().UTC()
				require.NoError(t, c.ConsumeLogs(t.Context(), httpLogs(7, 3_000_000)))
				time.Sleep(15 * time.Second)
				require.Error(t, c.flusher.Flush(t.Context(), time.Now()))
				next.fail(nil)
				time.Sleep(15 * time.Second)
				require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
				want := pair{zero: began, zeroStart: began, firstStart: began, first: began.Add(30 * time.Second)}
				metrics := 0
				forEachMetric(next.AllMetrics(), func(m pmetric.Metric) {
					if m.Type() != pmetric.MetricTypeGauge {
						metrics++
						assert.Equal(t, want, checkZero(t, m), m.Name())
					}
				})
				assert.Equal(t, 4, metrics)

				next.Reset()
				require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
				assert.Equal(t, metrics+1, next.DataPointCount(), "no zeros once they were accepted")
			})
		})
	}
}

// checkZero checks the two points of a metric.
func checkZero(t *testing.T, m pmetric.Metric) pair {
	t.Helper()
	switch m.Type() {
	case pmetric.MetricTypeSum:
		require.Equal(t, 2, m.Sum().DataPoints().Len())
		zero, first := m.Sum().DataPoints().At(0), m.Sum().DataPoints().At(1)
		assert.Equal(t, zero.Attributes().AsRaw(), first.Attributes().AsRaw())
		assert.Zero(t, zero.IntValue())
		assert.EqualValues(t, 2, first.IntValue())
		assert.Zero(t, zero.Exemplars().Len())
		return newPair(zero.StartTimestamp(), zero.Timestamp(), first.StartTimestamp(), first.Timestamp())
	case pmetric.MetricTypeHistogram:
		require.Equal(t, 2, m.Histogram().DataPoints().Len())
		zero, first := m.Histogram().DataPoints().At(0), m.Histogram().DataPoints().At(1)
		assert.Equal(t, zero.Attributes().AsRaw(), first.Attributes().AsRaw())
		assert.Equal(t, first.ExplicitBounds().AsRaw(), zero.ExplicitBounds().AsRaw())
		assert.Equal(t, make([]uint64, first.BucketCounts().Len()), zero.BucketCounts().AsRaw())
		assert.True(t, zero.HasSum())
		assert.Zero(t, zero.Sum())
		assert.Zero(t, zero.Count())
		assert.EqualValues(t, 2, first.Count())
		assert.Zero(t, zero.Exemplars().Len())
		return newPair(zero.StartTimestamp(), zero.Timestamp(), first.StartTimestamp(), first.Timestamp())
	default:
		require.Equal(t, 2, m.ExponentialHistogram().DataPoints().Len())
		zero, first := m.ExponentialHistogram().DataPoints().At(0), m.ExponentialHistogram().DataPoints().At(1)
		assert.Equal(t, zero.Attributes().AsRaw(), first.Attributes().AsRaw())
		assert.Equal(t, first.Scale(), zero.Scale())
		assert.Empty(t, zero.Positive().BucketCounts().AsRaw())
		assert.Zero(t, zero.ZeroCount())
		assert.Zero(t, zero.Sum())
		assert.Zero(t, zero.Count())
		assert.EqualValues(t, 2, first.Count())
		assert.Zero(t, zero.Exemplars().Len())
		return newPair(zero.StartTimestamp(), zero.Timestamp(), first.StartTimestamp(), first.Timestamp())
	}
}

// Nothing goes back when the clock does, and an hour later series end all the same.
func TestClockSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, next := idling(t)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now().Add(time.Minute))) // as if it was late
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("b", 1)))
		pass(next, time.Hour)
		last := map[string]pcommon.Timestamp{}
		for _, p := range closedPoints(next.AllMetrics()...) {
			app, _ := p.Attributes().Get("source_app")
			assert.Greater(t, p.Timestamp(), p.StartTimestamp())
			assert.Greater(t, p.Timestamp(), last[app.Str()])
			last[app.Str()] = p.Timestamp()
		}
		assert.Len(t, last, 2)
	})
}

func TestBuildInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := new(fallible)
		c, _ := newTestConnector(t, testConfig(), next)
		for range 3 {
			time.Sleep(15 * time.Second)
			require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
			require.Len(t, next.AllMetrics(), 1)
			forEachMetric(next.AllMetrics(), func(m pmetric.Metric) {
				assert.Equal(t, "otelcol_istio_build_info", m.Name())
				assert.Empty(t, m.Unit(), "it would be a part of the name")
				p := m.Gauge().DataPoints().At(0)
				assert.EqualValues(t, 1, p.IntValue())
				assert.Equal(t, time.Now().UTC(), p.Timestamp().AsTime())
				assert.Equal(t, map[string]any{"version": "latest"}, p.Attributes().AsRaw())
			})
			next.Reset()
		}
	})
}

// buildInfos counts the points of the build info.
func buildInfos(md pmetric.Metrics) (points int) {
	forEachMetric([]pmetric.Metrics{md}, func(m pmetric.Metric) {
		if m.Name() == "otelcol_istio_build_info" {
			points += m.Gauge().DataPoints().Len()
		}
	})
	return points
}
