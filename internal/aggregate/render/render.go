// SPDX-License-Identifier: Apache-2.0

// Package render writes points of the aggregate as OpenTelemetry metrics.
//
// Invariants: all points of one output have one time, that of collection, but for
// the zeros, which have the start time of their series and come before its value; a
// metric without points is not there; histograms carry no address, since
// the aggregate has none for them.
package render // import "github.com/otelcol-istio/otelcol-istio/internal/aggregate/render"

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Renderer writes snapshots. It is not safe for concurrent use.
type Renderer struct {
	// Options are those of the State whose points are written.
	Options aggregate.Options
	// ServiceName and InstanceID become the resource, which is nothing else.
	ServiceName, InstanceID string
	// ScopeName and ScopeVersion name who made the metrics.
	ScopeName, ScopeVersion string

	// firstOf is made when it is needed first.
	firstOf []int
}

// Metrics writes the points of a snapshot as collected at a time.
func (r *Renderer) Metrics(n *aggregate.Snapshot, now int64) pmetric.Metrics {
	md := pmetric.NewMetrics()
	rm := md.ResourceMetrics().AppendEmpty()
	rm.Resource().Attributes().PutStr("service.name", r.ServiceName)
	rm.Resource().Attributes().PutStr("service.instance.id", r.InstanceID)
	sm := rm.ScopeMetrics().AppendEmpty()
	sm.Scope().SetName(r.ScopeName)
	sm.Scope().SetVersion(r.ScopeVersion)

	metrics := r.newMetrics(n, sm.Metrics())
	for i := range n.Counters {
		p := &n.Counters[i]
		dst := metrics[p.Metric].Sum().DataPoints()
		if p.Zero {
			r.counterZero(p, dst.AppendEmpty())
		}
		r.counter(p, dst.AppendEmpty(), now)
	}
	for i := range n.Histograms {
		p := &n.Histograms[i]
		if p.Exponential != nil {
			dst := metrics[p.Metric].ExponentialHistogram().DataPoints()
			if p.Zero {
				r.exponentialZero(p, dst.AppendEmpty())
			}
			r.exponential(p, dst.AppendEmpty(), now)
		} else {
			dst := metrics[p.Metric].Histogram().DataPoints()
			if p.Zero {
				r.explicitZero(p, dst.AppendEmpty())
			}
			r.explicit(p, dst.AppendEmpty(), now)
		}
	}
	for i := range n.Gauges {
		p := &n.Gauges[i]
		r.gauge(p, metrics[p.Metric].Gauge().DataPoints().AppendEmpty(), now)
	}
	return md
}

// newMetrics begins the metrics that the snapshot has points of, in the order of
// the schemas, with room for the points. Metrics of two schemas that have one name
// are one.
func (r *Renderer) newMetrics(n *aggregate.Snapshot, dst pmetric.MetricSlice) []pmetric.Metric {
	if r.firstOf == nil {
		r.firstOf = firstOf(r.Options.Metrics)
	}
	points := make([]int, len(r.Options.Metrics))
	for i := range n.Counters {
		points[r.firstOf[n.Counters[i].Metric]] += withZero(n.Counters[i].Zero)
	}
	for i := range n.Histograms {
		points[r.firstOf[n.Histograms[i].Metric]] += withZero(n.Histograms[i].Zero)
	}
	for i := range n.Gauges {
		points[r.firstOf[n.Gauges[i].Metric]]++
	}
	metrics := make([]pmetric.Metric, len(points))
	dst.EnsureCapacity(len(points))
	for i, first := range r.firstOf {
		if points[i] > 0 {
			metrics[i] = dst.AppendEmpty()
			r.begin(metrics[i], &r.Options.Metrics[i], points[i])
		}
		metrics[i] = metrics[first]
	}
	return metrics
}

// firstOf has, for each metric, the index of the first one of its name.
func firstOf(metrics []aggregate.Metric) (first []int) {
	byName := map[string]int{}
	for i, m := range metrics {
		if _, ok := byName[m.Name]; !ok {
			byName[m.Name] = i
		}
		first = append(first, byName[m.Name])
	}
	return first
}

func (r *Renderer) begin(dst pmetric.Metric, m *aggregate.Metric, points int) {
	dst.SetName(m.Name)
	dst.SetUnit(m.Unit)
	dst.SetDescription(m.Description)
	switch {
	case m.Kind == aggregate.Minimum || m.Kind == aggregate.Maximum:
		dst.SetEmptyGauge().DataPoints().EnsureCapacity(points)
	case m.Kind == aggregate.Counter:
		sum := dst.SetEmptySum()
		sum.SetIsMonotonic(true)
		sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		sum.DataPoints().EnsureCapacity(points)
	case r.Options.ExponentialSize > 0:
		h := dst.SetEmptyExponentialHistogram()
		h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		h.DataPoints().EnsureCapacity(points)
	default:
		h := dst.SetEmptyHistogram()
		h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		h.DataPoints().EnsureCapacity(points)
	}
}

// putLabels writes the labels of a set and an address. No two of them have one
// name, so that none has to be looked for before it is written.
func putLabels(set *aggregate.LabelSet, addresses *aggregate.Addresses, dst pcommon.Map) {
	n := len(set.Labels)
	for _, value := range addresses {
		if value != "" {
			n++
		}
	}
	var b xpdata.MapBuilder
	b.EnsureCapacity(n)
	for i := range set.Labels {
		b.AppendEmpty(set.Labels[i].Name).SetStr(set.Labels[i].Value)
	}
	for i, value := range addresses {
		if value != "" {
			b.AppendEmpty(contract.AddressLabels[i].String()).SetStr(value)
		}
	}
	b.UnsafeIntoMap(dst)
}
