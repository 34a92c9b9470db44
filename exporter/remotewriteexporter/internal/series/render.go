// SPDX-License-Identifier: Apache-2.0

package series

import (
	"cmp"
	"math"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// staleNaN is the value that ends a series. It is one of many numbers that are
// not a number: https://prometheus.io/docs/specs/native_histograms/#staleness-markers.
var staleNaN = math.Float64frombits(0x7ff0000000000002)

// renderer is what Render reuses.
type renderer struct {
	run    []located
	series Series
	// shown are the series of a set that are contested.
	shown map[shown]struct{}

	edges     []*edges
	exemplars []bucketExemplar
	// quantiles are labels by the bits of the number.
	quantiles map[uint64]*Label
}

// located is a point of the set that is being rendered.
type located struct {
	*metric
	index int
	// time in milliseconds since the Unix epoch.
	time int64
	// below counts the observations in the buckets rendered so far.
	below uint64
}

// shown is a sample of a series without le or quantile.
type shown struct {
	name string
	time int64
}

// Render calls yield for each series of a set of the batch. The Series is valid
// until yield returns.
func (r *Reader) Render(set *Set, yield func(*Series)) {
	r.renderer.series.Set = set
	clear(r.renderer.shown)
	r.collect(set)
	for run := r.renderer.run; len(run) > 0; {
		n := 1
		for n < len(run) && run[n].family == run[0].family {
			n++
		}
		r.renderRun(r.distinct(run[:n]), yield)
		run = run[n:]
	}
}

// collect finds the points of a set that can be sent, those of one family after
// those of another, and in the order of their times.
func (r *Reader) collect(set *Set) {
	run := r.renderer.run[:0]
	for at := set.first; at >= 0; at = r.points[at].next {
		p := &r.points[at]
		l := located{metric: &r.metrics[p.metric], index: int(p.index)}
		if why := l.check(set); why != "" {
			r.report.add(why, l.name, 1)
			continue
		}
		l.time = milliseconds(l.timestamp())
		run = append(run, l)
	}
	slices.SortStableFunc(run, func(a, b located) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.time, b.time))
	})
	r.renderer.run = run
}

// distinct leaves out points of one family that have the time of another. The
// first one stays.
func (r *Reader) distinct(run []located) []located {
	kept := run[:0]
	for _, l := range run {
		if len(kept) > 0 && kept[len(kept)-1].time == l.time || l.contested && r.isShown(l) {
			r.report.add(ReasonDuplicate, l.name, 1)
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// isShown says whether a series of a point has a sample of that time already,
// from a metric of another class. If not, it has one from now on.
func (r *Reader) isShown(l located) bool {
	names := []string{l.base.Value}
	if l.class == classHistogram || l.class == classSummary {
		names = []string{l.sum.Value, l.count.Value}
	}
	for _, name := range names {
		if _, ok := r.renderer.shown[shown{name, l.time}]; ok {
			return true
		}
	}
	if r.renderer.shown == nil {
		r.renderer.shown = map[shown]struct{}{}
	}
	for _, name := range names {
		r.renderer.shown[shown{name, l.time}] = struct{}{}
	}
	return false
}

// renderRun renders points of one family.
func (r *Reader) renderRun(run []located, yield func(*Series)) {
	if len(run) == 0 {
		return
	}
	r.renderer.series.Metadata = &run[0].metadata
	switch run[0].class {
	case classNumber:
		r.renderer.numbers(run, yield)
	case classHistogram:
		r.renderer.histograms(run, yield)
	case classExponential:
		r.renderer.exponentials(run, yield)
	case classSummary:
		r.renderer.summaries(run, yield)
	}
}

// begin returns the series to fill in, without samples.
func (r *renderer) begin(name, extra *Label) *Series {
	s := &r.series
	s.Name, s.Extra, s.Points = name, extra, 0
	s.Samples, s.Histograms, s.Exemplars = s.Samples[:0], s.Histograms[:0], s.Exemplars[:0]
	return s
}

// timestamp returns the time of the point.
func (l *located) timestamp() pcommon.Timestamp {
	switch l.class {
	case classNumber:
		return l.numbers.At(l.index).Timestamp()
	case classHistogram:
		return l.histograms.At(l.index).Timestamp()
	case classExponential:
		return l.exponentials.At(l.index).Timestamp()
	default:
		return l.summaries.At(l.index).Timestamp()
	}
}

// sample returns a sample of one of the series that the point is: the value, or
// the end of the series if the point's flags say that it has none.
func (l *located) sample(value float64, flags pmetric.DataPointFlags, start pcommon.Timestamp) Sample {
	if flags.NoRecordedValue() {
		value = staleNaN
	}
	return Sample{Value: value, Timestamp: l.time, Start: l.start(start)}
}

// start returns when the point began to count, in milliseconds since the Unix
// epoch, or 0.
func (l *located) start(t pcommon.Timestamp) int64 {
	if !l.started {
		return 0
	}
	return milliseconds(t)
}

func milliseconds(t pcommon.Timestamp) int64 { return int64(t) / 1e6 }
