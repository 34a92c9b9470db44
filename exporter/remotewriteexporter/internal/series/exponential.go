// SPDX-License-Identifier: Apache-2.0

package series

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pmetric"
)

const (
	// minSchema and maxSchema are the scales that native histograms have.
	minSchema, maxSchema = -4, 8
	// defaultZeroThreshold is used where a point has none:
	// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#exponential-histograms.
	defaultZeroThreshold = 1e-128
	// maxEmpty is how many empty buckets in a row are written rather than left
	// out by a new span, as Prometheus' client library does it.
	maxEmpty = 2
)

// exponentials renders exponential histograms as native ones.
func (r *renderer) exponentials(run []located, yield func(*Series)) {
	s := r.begin(&run[0].base, nil)
	for _, l := range run {
		p := l.exponentials.At(l.index)
		h := nativeHistogram(p)
		h.Timestamp, h.Start = l.time, l.start(p.StartTimestamp())
		s.Histograms = append(s.Histograms, h)
		s.Exemplars = appendExemplars(s.Exemplars, p.Exemplars())
	}
	sortExemplars(s.Exemplars)
	s.Points = len(run)
	yield(s)
}

func nativeHistogram(p pmetric.ExponentialHistogramDataPoint) Histogram {
	down := max(p.Scale()-maxSchema, 0)
	h := Histogram{
		Schema: p.Scale() - down, Count: p.Count(), ZeroCount: p.ZeroCount(), ZeroThreshold: p.ZeroThreshold(),
		Positive: newBuckets(p.Positive(), down), Negative: newBuckets(p.Negative(), down),
	}
	if h.ZeroThreshold == 0 {
		h.ZeroThreshold = defaultZeroThreshold
	}
	if p.HasSum() {
		h.Sum = p.Sum()
	}
	if p.Flags().NoRecordedValue() {
		// The sum is the marker. Receivers ignore the count, but it must not be
		// less than the buckets have.
		h.Sum, h.Count = staleNaN, math.Float64bits(staleNaN)
	}
	return h
}

// newBuckets merges 2^down buckets each into one and leaves out long rows of
// empty ones. A bucket's index is one more than OpenTelemetry's: Prometheus
// counts from upper bounds, OpenTelemetry from lower ones.
func newBuckets(src pmetric.ExponentialHistogramDataPointBuckets, down int32) (b Buckets) {
	counts := src.BucketCounts()
	if counts.Len() == 0 {
		return b
	}
	var w bucketWriter
	index, count := src.Offset()>>down+1, int64(0)
	for i := range counts.Len() {
		next := (int32(i)+src.Offset())>>down + 1
		if next != index {
			w.add(index, count)
			index, count = next, 0
		}
		count += int64(counts.At(i))
	}
	w.add(index, count)
	return Buckets{Spans: w.spans, Deltas: w.deltas}
}

// bucketWriter adds buckets in the order of their indexes.
type bucketWriter struct {
	spans  []Span
	deltas []int64
	last   int64
	// end is the index after the last bucket.
	end int32
}

func (w *bucketWriter) add(index int32, count int64) {
	if count == 0 {
		return
	}
	gap := index - w.end
	if len(w.spans) == 0 || gap > maxEmpty {
		w.spans = append(w.spans, Span{Offset: gap})
		gap = 0
	}
	for range gap {
		w.put(0)
	}
	w.put(count)
	w.end = index + 1
}

func (w *bucketWriter) put(count int64) {
	w.spans[len(w.spans)-1].Length++
	w.deltas = append(w.deltas, count-w.last)
	w.last = count
}
