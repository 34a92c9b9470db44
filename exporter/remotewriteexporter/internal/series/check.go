// SPDX-License-Identifier: Apache-2.0

package series

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// check returns why a point cannot be sent, or "".
func (l *located) check(set *Set) Reason {
	switch l.class {
	case classNumber:
		p := l.numbers.At(l.index)
		if p.ValueType() == pmetric.NumberDataPointValueTypeEmpty && !p.Flags().NoRecordedValue() {
			return ReasonNoValue
		}
	case classHistogram:
		if set.hasLE {
			return ReasonLabel
		}
		if !increasing(l.histograms.At(l.index).ExplicitBounds()) {
			return ReasonBuckets
		}
	case classExponential:
		if p := l.exponentials.At(l.index); p.Scale() < minSchema || !addsUp(p) {
			return ReasonBuckets
		}
	case classSummary:
		if set.hasQuantile {
			return ReasonLabel
		}
		if !differ(l.summaries.At(l.index).QuantileValues()) {
			return ReasonBuckets
		}
	}
	return ""
}

// increasing says whether each bound is above the one before. Two that are equal
// would be two samples of one series.
func increasing(bounds pcommon.Float64Slice) bool {
	for i := range bounds.Len() {
		if b := bounds.At(i); math.IsNaN(b) || i > 0 && b <= bounds.At(i-1) {
			return false
		}
	}
	return true
}

// addsUp says whether the buckets have all that was counted, and indexes that
// Prometheus can count. Prometheus refuses others with all that came with them.
func addsUp(p pmetric.ExponentialHistogramDataPoint) bool {
	total := p.ZeroCount()
	for _, b := range []pmetric.ExponentialHistogramDataPointBuckets{p.Positive(), p.Negative()} {
		if int64(b.Offset())+int64(b.BucketCounts().Len())+1 > math.MaxInt32 {
			return false
		}
		for _, n := range b.BucketCounts().All() {
			if total += n; total > math.MaxInt64 || n > math.MaxInt64 {
				return false
			}
		}
	}
	switch {
	case p.Flags().NoRecordedValue():
		return true
	case math.IsNaN(p.Sum()): // what is not a number is in no bucket
		return total <= p.Count()
	}
	return total == p.Count()
}

// differ says whether no two values are of one quantile.
func differ(values pmetric.SummaryDataPointValueAtQuantileSlice) bool {
	for i := range values.Len() {
		for j := range i {
			if math.Float64bits(values.At(i).Quantile()) == math.Float64bits(values.At(j).Quantile()) {
				return false
			}
		}
	}
	return true
}
