// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocoltest"
)

// zeroPoints are how a metric gets a point that is zero at the start, and one
// with a value at testTime.
var zeroPoints = map[string]struct {
	zero, value func(m pmetric.Metric)
	// series that the points have.
	series int
}{
	"counter": {
		func(m pmetric.Metric) { addInt(m.Sum().DataPoints(), 0).SetTimestamp(testStart) },
		func(m pmetric.Metric) { addInt(m.Sum().DataPoints(), 7) },
		1,
	},
	"histogram": {
		func(m pmetric.Metric) { addExplicit(m, testStart, 0, 0) },
		func(m pmetric.Metric) { addExplicit(m, testTime, 3, 4) },
		2 + 2,
	},
	"native histogram": {
		func(m pmetric.Metric) { addNative(m, testStart) },
		func(m pmetric.Metric) { addNative(m, testTime, 3, 4) },
		1,
	},
}

func addExplicit(m pmetric.Metric, at pcommon.Timestamp, counts ...uint64) {
	p := m.Histogram().DataPoints().AppendEmpty()
	p.SetStartTimestamp(testStart)
	p.SetTimestamp(at)
	p.ExplicitBounds().FromRaw([]float64{1})
	p.BucketCounts().FromRaw(counts)
	p.SetCount(counts[0] + counts[1])
	p.SetSum(float64(counts[0]))
}

func addNative(m pmetric.Metric, at pcommon.Timestamp, counts ...uint64) {
	p := m.ExponentialHistogram().DataPoints().AppendEmpty()
	p.SetStartTimestamp(testStart)
	p.SetTimestamp(at)
	p.Positive().BucketCounts().FromRaw(counts)
	if len(counts) > 0 {
		p.SetScale(3)
	}
	for _, n := range counts {
		p.SetCount(p.Count() + n)
	}
	p.SetSum(float64(p.Count()))
}

// TestZeroBeforeItsSuccessor: a zero and the point after it are in one request,
// in the order of their times, whichever stands first in the metric.
func TestZeroBeforeItsSuccessor(t *testing.T) {
	for name, points := range zeroPoints {
		for order, add := range map[string][]func(pmetric.Metric){
			"zero first": {points.zero, points.value},
			"zero last":  {points.value, points.zero},
		} {
			for _, v := range versions {
				t.Run(name+" "+order+" "+v.String(), func(t *testing.T) {
					md, m := one()
					switch name {
					case "counter":
						newSum(m, "m", true)
					case "histogram":
						m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
					default:
						m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
					}
					m.SetName("m")
					for _, add := range add {
						add(m)
					}
					list, report := encode(t, Settings{Version: v}, md)
					assert.Zero(t, report.Points())
					require.Len(t, list, points.series)
					for _, s := range list {
						requireZeroFirst(t, s)
					}
				})
			}
		}
	}
}

// requireZeroFirst: a series has two values, of which the first is zero.
func requireZeroFirst(t *testing.T, s protocoltest.Series) {
	t.Helper()
	if len(s.Histograms) > 0 {
		require.Len(t, s.Histograms, 2)
		zero, value := s.Histograms[0], s.Histograms[1]
		require.Equal(t, []int64{startMS, timeMS}, []int64{zero.Timestamp, value.Timestamp})
		require.Zero(t, zero.Count)
		require.Zero(t, zero.Sum)
		require.Empty(t, zero.Positive)
		require.EqualValues(t, 7, value.Count)
		return
	}
	require.Len(t, s.Samples, 2, s.Labels)
	zero, value := s.Samples[0], s.Samples[1]
	require.Equal(t, []int64{startMS, timeMS}, []int64{zero.Timestamp, value.Timestamp}, s.Labels)
	require.Zero(t, zero.Value, s.Labels)
	require.Positive(t, value.Value, s.Labels)
}
