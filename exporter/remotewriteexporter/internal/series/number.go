// SPDX-License-Identifier: Apache-2.0

package series

import (
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// numbers renders gauges and sums.
func (r *renderer) numbers(run []located, yield func(*Series)) {
	s := r.begin(&run[0].base, nil)
	for _, l := range run {
		p := l.numbers.At(l.index)
		s.Samples = append(s.Samples, l.sample(numberOf(p), p.Flags(), p.StartTimestamp()))
		if l.exemplars {
			s.Exemplars = appendExemplars(s.Exemplars, p.Exemplars())
		}
	}
	sortExemplars(s.Exemplars)
	s.Points = len(run)
	yield(s)
}

func numberOf(p pmetric.NumberDataPoint) float64 {
	if p.ValueType() == pmetric.NumberDataPointValueTypeInt {
		return float64(p.IntValue())
	}
	return p.DoubleValue()
}
