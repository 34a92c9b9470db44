// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

func TestReport(t *testing.T) {
	for _, test := range []struct {
		name string
		// make adds a metric whose points, so many, cannot be sent.
		make  func(pmetric.Metric)
		want  series.Reason
		count int
	}{
		{"delta sum", func(m pmetric.Metric) {
			addInt(newSum(m, "m", true), 1)
			addInt(m.Sum().DataPoints(), 1)
			m.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
		}, series.ReasonTemporality, 2},
		{"sum without temporality", func(m pmetric.Metric) {
			addInt(newSum(m, "m", true), 1)
			m.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityUnspecified)
		}, series.ReasonTemporality, 1},
		{"delta histogram", func(m pmetric.Metric) {
			m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
			m.Histogram().DataPoints().AppendEmpty()
		}, series.ReasonTemporality, 1},
		{"delta exponential histogram", func(m pmetric.Metric) {
			m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
			m.ExponentialHistogram().DataPoints().AppendEmpty()
		}, series.ReasonTemporality, 1},
		{"no name", func(m pmetric.Metric) { addInt(newSum(m, "", false), 1) }, series.ReasonName, 1},
		{"nothing left of the name", func(m pmetric.Metric) { addInt(newSum(m, "...", false), 1) }, series.ReasonName, 1},
		{"no type", func(m pmetric.Metric) { m.SetName("m") }, series.ReasonNoValue, 1},
		{"no value", func(m pmetric.Metric) { newSum(m, "m", false).AppendEmpty() }, series.ReasonNoValue, 1},
		{"empty key", func(m pmetric.Metric) {
			addInt(newSum(m, "m", false), 1).Attributes().PutStr("", "x")
		}, series.ReasonLabel, 1},
		{"nothing left of a key", func(m pmetric.Metric) {
			addInt(newSum(m, "m", false), 1).Attributes().PutStr("____", "x")
		}, series.ReasonLabel, 1},
		{"value that is not UTF-8", func(m pmetric.Metric) {
			addInt(newSum(m, "m", false), 1).Attributes().PutStr("a", "\xff")
		}, series.ReasonLabel, 1},
		{"histogram with le", func(m pmetric.Metric) {
			m.SetName("m")
			m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			m.Histogram().DataPoints().AppendEmpty().Attributes().PutStr("le", "x")
		}, series.ReasonLabel, 1},
		{"summary with quantile", func(m pmetric.Metric) {
			m.SetName("m")
			m.SetEmptySummary().DataPoints().AppendEmpty().Attributes().PutStr("quantile", "x")
		}, series.ReasonLabel, 1},
		{"bounds that do not increase", func(m pmetric.Metric) {
			m.SetName("m")
			m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			m.Histogram().DataPoints().AppendEmpty().ExplicitBounds().FromRaw([]float64{1, 1})
		}, series.ReasonBuckets, 1},
		{"quantile twice", func(m pmetric.Metric) {
			m.SetName("m")
			p := m.SetEmptySummary().DataPoints().AppendEmpty()
			p.QuantileValues().AppendEmpty()
			p.QuantileValues().AppendEmpty()
		}, series.ReasonBuckets, 1},
		{"scale", func(m pmetric.Metric) {
			m.SetName("m")
			m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			m.ExponentialHistogram().DataPoints().AppendEmpty().SetScale(-5)
		}, series.ReasonBuckets, 1},
		{"buckets without a count", func(m pmetric.Metric) {
			m.SetName("m")
			m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			m.ExponentialHistogram().DataPoints().AppendEmpty().Positive().BucketCounts().FromRaw([]uint64{1})
		}, series.ReasonBuckets, 1},
		{"duplicate", func(m pmetric.Metric) {
			addInt(newSum(m, "other", false), 1)
			addInt(m.Sum().DataPoints(), 2)
		}, series.ReasonDuplicate, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			md, m := one()
			test.make(m)
			name := m.Name()
			// It costs no other point.
			addInt(newSum(md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty(), "other", false), 1).Attributes().PutStr("k", "v")
			list, report := encode(t, Settings{}, md)
			assert.Contains(t, lines(list), `{__name__="other", k="v"} 1@1700000015000`)
			assert.Equal(t, series.Unsent{Points: test.count, Metric: name}, report.Unsent(test.want))
			assert.Equal(t, test.count, report.Points())
			assert.Contains(t, series.Reasons(), test.want)
		})
	}
}

// TestDuplicates: a series of two metrics has one sample of a time.
func TestDuplicates(t *testing.T) {
	md, m := one()
	m.SetName("rpc")
	m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	m.Histogram().DataPoints().AppendEmpty().SetTimestamp(testTime)
	metrics := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics()
	addInt(newSum(metrics.AppendEmpty(), "rpc_count", false), 7)
	addInt(newSum(metrics.AppendEmpty(), "rpc_count", false), 8).SetTimestamp(testTime + 1e9)
	addInt(newSum(metrics.AppendEmpty(), "rpc.count", false), 9).Attributes().PutStr("a", "b")
	list, report := encode(t, Settings{}, md)
	assert.Equal(t, []string{
		`{__name__="rpc_count"} 0@1700000015000`,
		`{__name__="rpc_bucket", le="+Inf"} 0@1700000015000`,
		`{__name__="rpc_count"} 8@1700000016000`,
		`{__name__="rpc_count", a="b"} 9@1700000015000`,
	}, lines(list))
	assert.Equal(t, 1, report.Unsent(series.ReasonDuplicate).Points)
}
