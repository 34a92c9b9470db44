// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// sample is one component of a point.
type sample struct {
	name      string
	counts    bool
	labels    pcommon.Map
	start, at pcommon.Timestamp
	ended     bool
	value     float64
}

// zero tells whether it is the zero that a series starts with.
func (p *sample) zero() bool { return p.at == p.start && p.value == 0 && !p.ended }

// flushOf is the time of the flush that a request is a part of.
func flushOf(md pmetric.Metrics) (at pcommon.Timestamp) {
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		for sample := range samples(m) {
			at = max(at, sample.at)
		}
	}
	return at
}

// samples are those that remote write makes of a metric's points.
func samples(m pmetric.Metric) func(yield func(sample) bool) {
	return func(yield func(sample) bool) {
		switch m.Type() {
		case pmetric.MetricTypeSum:
			for _, p := range m.Sum().DataPoints().All() {
				if !yield(sample{m.Name(), true, p.Attributes(), p.StartTimestamp(), p.Timestamp(), p.Flags().NoRecordedValue(), float64(p.IntValue())}) {
					return
				}
			}
		case pmetric.MetricTypeHistogram:
			for _, p := range m.Histogram().DataPoints().All() {
				if !explicit(m.Name(), p, yield) {
					return
				}
			}
		case pmetric.MetricTypeExponentialHistogram:
			for _, p := range m.ExponentialHistogram().DataPoints().All() {
				base := sample{m.Name() + "_count", true, p.Attributes(), p.StartTimestamp(), p.Timestamp(), p.Flags().NoRecordedValue(), float64(p.Count())}
				sum := base
				sum.name, sum.counts, sum.value = m.Name()+"_sum", false, p.Sum()
				if !yield(base) || !yield(sum) {
					return
				}
			}
		case pmetric.MetricTypeGauge: // the build info, which is no series of the state
		default:
			panic(m.Type())
		}
	}
}

func explicit(name string, p pmetric.HistogramDataPoint, yield func(sample) bool) bool {
	base := sample{name + "_count", true, p.Attributes(), p.StartTimestamp(), p.Timestamp(), p.Flags().NoRecordedValue(), float64(p.Count())}
	if !yield(base) {
		return false
	}
	if p.HasSum() {
		base.name, base.value = name+"_sum", p.Sum()
		if !yield(base) {
			return false
		}
	}
	total := uint64(0)
	for i, n := range p.BucketCounts().AsRaw() {
		total += n
		le := "+Inf"
		if i < p.ExplicitBounds().Len() {
			le = strconv.FormatFloat(p.ExplicitBounds().At(i), 'g', -1, 64)
		}
		base.name, base.value = name+"_bucket le="+le, float64(total)
		if !yield(base) {
			return false
		}
	}
	return true
}

// keyOf needs no sorting: a set of labels is always written in one order.
func keyOf(labels pcommon.Map) string {
	var b strings.Builder
	for name, v := range labels.All() {
		b.WriteString(" " + name + "=" + v.Str())
	}
	return b.String()
}

func labelsOf(m pcommon.Map) map[string]string {
	labels := make(map[string]string, m.Len())
	for name, v := range m.All() {
		labels[name] = v.Str()
	}
	return labels
}
