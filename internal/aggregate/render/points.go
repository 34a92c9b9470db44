// SPDX-License-Identifier: Apache-2.0

package render

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
)

func (*Renderer) counter(p *aggregate.CounterPoint, dst pmetric.NumberDataPoint, now int64) {
	putLabels(p.Set, &p.Addresses, dst.Attributes())
	dst.SetStartTimestamp(pcommon.Timestamp(p.Start))
	dst.SetTimestamp(pcommon.Timestamp(now))
	if p.Ended {
		dst.SetFlags(ended)
		return
	}
	dst.SetIntValue(p.Value)
	for i := range p.Exemplars {
		e := &p.Exemplars[i]
		putExemplar(e, dst.Exemplars().AppendEmpty()).SetIntValue(e.Value)
	}
}

// ended marks the point that ends a series: it has no value, and remote write
// sends a stale marker for it.
var ended = pmetric.DefaultDataPointFlags.WithNoRecordedValue(true)

// explicit writes a histogram with explicit bounds. Its end has all bounds, as
// many counts, and a sum: remote write makes a series of each that is there,
// and those that are not there would never end.
func (r *Renderer) explicit(p *aggregate.HistogramPoint, dst pmetric.HistogramDataPoint, now int64) {
	m := &r.Options.Metrics[p.Metric]
	divisor := m.Divisor
	putLabels(p.Set, &aggregate.Addresses{}, dst.Attributes())
	dst.SetStartTimestamp(pcommon.Timestamp(p.Start))
	dst.SetTimestamp(pcommon.Timestamp(now))
	bounds := m.Bounds
	dst.ExplicitBounds().FromRaw(bounds)
	if p.Ended {
		dst.SetFlags(ended)
		dst.SetSum(0)
		dst.BucketCounts().FromRaw(make([]uint64, len(bounds)+1))
		return
	}
	dst.SetCount(p.Count)
	dst.SetSum(float64(p.Sum) / divisor)
	dst.BucketCounts().FromRaw(p.Buckets)
	putExemplars(p.Exemplars, dst.Exemplars(), divisor)
}

func (r *Renderer) exponential(p *aggregate.HistogramPoint, dst pmetric.ExponentialHistogramDataPoint, now int64) {
	divisor := r.Options.Metrics[p.Metric].Divisor
	putLabels(p.Set, &aggregate.Addresses{}, dst.Attributes())
	dst.SetStartTimestamp(pcommon.Timestamp(p.Start))
	dst.SetTimestamp(pcommon.Timestamp(now))
	if p.Ended {
		dst.SetFlags(ended)
		return
	}
	dst.SetCount(p.Count)
	dst.SetSum(float64(p.Sum) / divisor)
	dst.SetScale(p.Exponential.Scale)
	dst.SetZeroCount(p.Exponential.Zeros)
	dst.Positive().SetOffset(p.Exponential.Offset)
	dst.Positive().BucketCounts().FromRaw(p.Buckets)
	putExemplars(p.Exemplars, dst.Exemplars(), divisor)
}

// gauge has no start time: its value is of now, whenever it began.
func (r *Renderer) gauge(p *aggregate.GaugePoint, dst pmetric.NumberDataPoint, now int64) {
	putLabels(p.Set, &aggregate.Addresses{}, dst.Attributes())
	dst.SetTimestamp(pcommon.Timestamp(now))
	if p.Ended {
		dst.SetFlags(ended)
		return
	}
	dst.SetDoubleValue(float64(p.Value) / r.Options.Metrics[p.Metric].Divisor)
}

func putExemplars(from []aggregate.Exemplar, dst pmetric.ExemplarSlice, divisor float64) {
	for i := range from {
		e := &from[i]
		putExemplar(e, dst.AppendEmpty()).SetDoubleValue(float64(e.Value) / divisor)
	}
}

func putExemplar(e *aggregate.Exemplar, dst pmetric.Exemplar) pmetric.Exemplar {
	dst.SetTimestamp(pcommon.Timestamp(e.Time))
	dst.SetTraceID(e.Trace)
	dst.SetSpanID(e.Span)
	return dst
}
