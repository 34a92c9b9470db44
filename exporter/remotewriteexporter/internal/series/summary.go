// SPDX-License-Identifier: Apache-2.0

package series

import (
	"math"
	"strconv"
)

// maxQuantiles bounds the labels that are kept.
const maxQuantiles = 1024

// summaries renders summaries: one series of the sum, one of the count, and one
// of each quantile.
func (r *renderer) summaries(run []located, yield func(*Series)) {
	sum := r.begin(&run[0].sum, nil)
	for _, l := range run {
		p := l.summaries.At(l.index)
		sum.Samples = append(sum.Samples, l.sample(p.Sum(), p.Flags(), p.StartTimestamp()))
	}
	yield(sum)
	count := r.begin(&run[0].count, nil)
	for _, l := range run {
		p := l.summaries.At(l.index)
		count.Samples = append(count.Samples, l.sample(float64(p.Count()), p.Flags(), p.StartTimestamp()))
	}
	count.Points = len(run)
	yield(count)
	// Points of one series rarely come together, so it may stand here twice.
	for _, l := range run {
		p := l.summaries.At(l.index)
		for _, q := range p.QuantileValues().All() {
			s := r.begin(&l.base, r.quantile(q.Quantile()))
			s.Samples = append(s.Samples, l.sample(q.Value(), p.Flags(), p.StartTimestamp()))
			yield(s)
		}
	}
}

func (r *renderer) quantile(q float64) *Label {
	label, ok := r.quantiles[math.Float64bits(q)]
	if !ok {
		if r.quantiles == nil || len(r.quantiles) >= maxQuantiles {
			r.quantiles = map[uint64]*Label{}
		}
		l := newLabel(QuantileLabel, formatNumber(q))
		label = &l
		r.quantiles[math.Float64bits(q)] = label
	}
	return label
}

// formatNumber writes a number as the value of le or quantile.
func formatNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
