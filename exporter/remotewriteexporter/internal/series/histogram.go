// SPDX-License-Identifier: Apache-2.0

package series

import (
	"math"
	"slices"

	"go.opentelemetry.io/collector/pdata/pmetric"
)

// edges are the labels le of a histogram's buckets.
type edges struct {
	bounds []float64
	// labels has one more, for all observations.
	labels []Label
}

// maxEdges is how many edges are kept: as many kinds of histograms as a program
// has, as a rule.
const maxEdges = 8

// edgesOf returns the edges of a point. They are kept: as a rule the next point has
// the same bounds.
func (r *renderer) edgesOf(p pmetric.HistogramDataPoint) *edges {
	at := slices.IndexFunc(r.edges, func(e *edges) bool { return e.are(p) })
	if at < 0 {
		at = min(len(r.edges), maxEdges-1)
		r.edges = append(r.edges[:at], newEdges(p))
	}
	// Those that were used last are found first.
	e := r.edges[at]
	copy(r.edges[1:], r.edges[:at])
	r.edges[0] = e
	return e
}

func (e *edges) are(p pmetric.HistogramDataPoint) bool {
	if finite(p) != len(e.bounds) {
		return false
	}
	bounds := p.ExplicitBounds()
	for i, bound := range e.bounds {
		if bounds.At(i) != bound {
			return false
		}
	}
	return true
}

func newEdges(p pmetric.HistogramDataPoint) *edges {
	n := finite(p)
	e := &edges{bounds: make([]float64, 0, n), labels: make([]Label, 0, n+1)}
	for _, bound := range p.ExplicitBounds().AsRaw()[:n] {
		e.bounds = append(e.bounds, bound)
		e.labels = append(e.labels, newLabel(LELabel, formatNumber(bound)))
	}
	e.labels = append(e.labels, newLabel(LELabel, "+Inf"))
	return e
}

// finite returns how many buckets of a point have a bound. The one for all
// observations comes from the count of the point.
func finite(p pmetric.HistogramDataPoint) int {
	n := min(p.ExplicitBounds().Len(), p.BucketCounts().Len())
	if n > 0 && math.IsInf(p.ExplicitBounds().At(n-1), 1) {
		n--
	}
	return n
}

// histograms renders histograms with explicit bounds: one series of the sum if
// there is one, one of the count, and one of each bucket, which counts what is
// in those below it, too.
func (r *renderer) histograms(run []located, yield func(*Series)) {
	for len(run) > 0 {
		// Points with the same buckets share series, others come after them.
		edges := r.edgesOf(run[0].histograms.At(run[0].index))
		n := 1
		for n < len(run) && edges.are(run[n].histograms.At(run[n].index)) {
			n++
		}
		r.sums(run[:n], yield)
		r.counts(run[:n], yield)
		r.buckets(run[:n], edges, yield)
		run = run[n:]
	}
}

func (r *renderer) sums(run []located, yield func(*Series)) {
	s := r.begin(&run[0].sum, nil)
	for _, l := range run {
		if p := l.histograms.At(l.index); p.HasSum() {
			s.Samples = append(s.Samples, l.sample(p.Sum(), p.Flags(), p.StartTimestamp()))
		}
	}
	if len(s.Samples) > 0 {
		yield(s)
	}
}

func (r *renderer) counts(run []located, yield func(*Series)) {
	s := r.begin(&run[0].count, nil)
	for _, l := range run {
		p := l.histograms.At(l.index)
		s.Samples = append(s.Samples, l.sample(float64(p.Count()), p.Flags(), p.StartTimestamp()))
	}
	yield(s)
}

func (r *renderer) buckets(run []located, edges *edges, yield func(*Series)) {
	labels, last := edges.labels, len(edges.labels)-1
	r.placeExemplars(run, edges.bounds)
	for i := range labels {
		s := r.begin(&run[0].bucket, &labels[i])
		for j := range run {
			l := &run[j]
			p := l.histograms.At(l.index)
			if i < last {
				l.below += p.BucketCounts().At(i)
			} else {
				l.below = p.Count()
			}
			s.Samples = append(s.Samples, l.sample(float64(l.below), p.Flags(), p.StartTimestamp()))
		}
		for _, e := range r.exemplars {
			if e.bucket == i {
				s.Exemplars = append(s.Exemplars, e.Exemplar)
			}
		}
		sortExemplars(s.Exemplars)
		if i == last {
			s.Points = len(run)
		}
		yield(s)
	}
}

// bucketExemplar is an exemplar and the bucket that it is in.
type bucketExemplar struct {
	Exemplar
	bucket int
}

// placeExemplars finds the first bucket that each exemplar fits in.
func (r *renderer) placeExemplars(run []located, bounds []float64) {
	clear(r.exemplars)
	r.exemplars = r.exemplars[:0]
	for _, l := range run {
		for _, e := range l.histograms.At(l.index).Exemplars().All() {
			placed := bucketExemplar{Exemplar: newExemplar(e)}
			if math.IsNaN(placed.Value) {
				continue // it is in no bucket
			}
			placed.bucket, _ = slices.BinarySearch(bounds, placed.Value)
			r.exemplars = append(r.exemplars, placed)
		}
	}
}
