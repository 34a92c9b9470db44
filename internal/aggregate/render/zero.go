// SPDX-License-Identifier: Apache-2.0

package render

import (
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
)

// A zero is a point like the first of its series, but of the time at which the series
// starts. It has no exemplar: nothing has been counted.

func (r *Renderer) counterZero(p *aggregate.CounterPoint, dst pmetric.NumberDataPoint) {
	zero := aggregate.CounterPoint{Set: p.Set, Addresses: p.Addresses, Metric: p.Metric, Start: p.Start}
	r.counter(&zero, dst, p.Start)
}

// explicitZero has all bounds: each bucket is a series.
func (r *Renderer) explicitZero(p *aggregate.HistogramPoint, dst pmetric.HistogramDataPoint) {
	zero := aggregate.HistogramPoint{Set: p.Set, Metric: p.Metric, Start: p.Start, Buckets: make([]uint64, len(p.Buckets))}
	r.explicit(&zero, dst, p.Start)
}

// exponentialZero has the scale of the value that comes after it.
func (r *Renderer) exponentialZero(p *aggregate.HistogramPoint, dst pmetric.ExponentialHistogramDataPoint) {
	scale := aggregate.Exponential{Scale: p.Exponential.Scale}
	zero := aggregate.HistogramPoint{Set: p.Set, Metric: p.Metric, Start: p.Start, Exponential: &scale}
	r.exponential(&zero, dst, p.Start)
}

// withZero is how many points one becomes.
func withZero(zero bool) int {
	if zero {
		return 2
	}
	return 1
}
