// SPDX-License-Identifier: Apache-2.0

package series

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// metric is a metric of the batch.
type metric struct {
	*family
	metadata Metadata
	// started says that its points count from a start time on.
	started bool
	// exemplars says that exemplars of numbers are sent.
	exemplars bool
	name      string

	// Of its points those are set that its class has.
	numbers      pmetric.NumberDataPointSlice
	histograms   pmetric.HistogramDataPointSlice
	exponentials pmetric.ExponentialHistogramDataPointSlice
	summaries    pmetric.SummaryDataPointSlice
}

// point is a point of the batch: one of a metric's.
type point struct {
	metric, index int32
	// next point of the same set, or -1.
	next int32
}

func (r *Reader) readMetric(m pmetric.Metric, from source) {
	if m.Type() == pmetric.MetricTypeEmpty {
		r.report.add(ReasonNoValue, m.Name(), 1)
		return
	}
	if !cumulative(m) {
		r.report.add(ReasonTemporality, m.Name(), pointsOf(m))
		return
	}
	family := r.names.metric(m)
	if family == nil {
		r.report.add(ReasonName, m.Name(), pointsOf(m))
		return
	}
	index := int32(len(r.metrics))
	r.metrics = append(r.metrics, metric{family: family, name: m.Name(), metadata: r.metadata(m), started: true})
	e := &r.metrics[index]
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		e.numbers, e.started = m.Gauge().DataPoints(), false
		readPoints(r, index, e.numbers, from)
	case pmetric.MetricTypeSum:
		e.numbers = m.Sum().DataPoints()
		e.started, e.exemplars = m.Sum().IsMonotonic(), m.Sum().IsMonotonic()
		readPoints(r, index, e.numbers, from)
	case pmetric.MetricTypeHistogram:
		e.histograms = m.Histogram().DataPoints()
		readPoints(r, index, e.histograms, from)
	case pmetric.MetricTypeExponentialHistogram:
		e.exponentials = m.ExponentialHistogram().DataPoints()
		readPoints(r, index, e.exponentials, from)
	case pmetric.MetricTypeSummary:
		e.summaries = m.Summary().DataPoints()
		readPoints(r, index, e.summaries, from)
	}
}

// slice is a slice of points of any type.
type slice[P interface{ Attributes() pcommon.Map }] interface {
	Len() int
	At(int) P
}

// readPoints adds points to the label sets that they have.
func readPoints[P interface{ Attributes() pcommon.Map }, S slice[P]](r *Reader, metric int32, points S, from source) {
	unlabeled, bytes := 0, 0
	for i := range points.Len() {
		set := r.findSet(points.At(i).Attributes(), from)
		if set == nil {
			unlabeled++
			continue
		}
		at := int32(len(r.points))
		r.points = append(r.points, point{metric: metric, index: int32(i), next: -1})
		if set.batch == r.batch {
			r.points[set.last].next = at
		} else {
			set.batch, set.first = r.batch, at
			r.sets = append(r.sets, set)
		}
		set.last = at
		bytes += len(set.wire) + restBytes
	}
	r.bytes += bytes * r.metrics[metric].seriesPerPoint()
	if unlabeled > 0 {
		r.report.add(ReasonLabel, r.metrics[metric].name, unlabeled)
	}
}

// restBytes estimates what a series takes beside the labels of its set.
const restBytes = 64

// seriesPerPoint estimates how many series a point of the metric becomes by the
// first one.
func (m *metric) seriesPerPoint() int {
	switch {
	case m.class == classHistogram && m.histograms.Len() > 0:
		return 3 + m.histograms.At(0).ExplicitBounds().Len()
	case m.class == classSummary && m.summaries.Len() > 0:
		return 2 + m.summaries.At(0).QuantileValues().Len()
	}
	return 1
}
