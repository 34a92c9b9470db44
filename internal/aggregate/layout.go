// SPDX-License-Identifier: Apache-2.0

package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// layout is the order in which a label set and its targets hold their series. Each
// protocol of each schema has one.
type layout struct {
	schema           uint8 // index in Options.Schemas
	addressed, plain []counterSpec
	histograms       []histogramSpec
	gauges           []gaugeSpec
}

// empty tells whether no metric of the protocol is on.
func (l *layout) empty() bool {
	return len(l.addressed) == 0 && len(l.plain) == 0 && len(l.histograms) == 0 && len(l.gauges) == 0
}

// ownSeries is the most series that a label set can have beside its targets'.
func (l *layout) ownSeries() int {
	n := len(l.plain) + len(l.gauges)
	for i := range l.histograms {
		n += l.histograms[i].series()
	}
	return n
}

// targetSeries is the most series that a target can have.
func (l *layout) targetSeries() int { return len(l.addressed) }

// whole is the most series that a label set with one target can have.
func (l *layout) whole() int { return l.ownSeries() + l.targetSeries() }

// counters is the most series that a label set with one target can have without
// histograms.
func (l *layout) counters() int { return len(l.addressed) + len(l.plain) + len(l.gauges) }

// counterSpec is a metric that adds a field up, or one for each record.
type counterSpec struct {
	metric int
	field  Field
	// closed metrics move for connections that were never established, too.
	closed bool
}

// histogramSpec is a metric that counts a field's values by size.
type histogramSpec struct {
	metric int
	field  Field
	// limits are the bounds of explicit buckets in the field's own unit: a
	// value is whole, so comparing it with a bound needs no floating point.
	limits  []int64
	divisor float64
	expSize int32
}

// series that remote write makes of the histogram: a native one is one
// series, an explicit one has the buckets with +Inf, the sum and the count.
func (s *histogramSpec) series() int {
	if s.expSize > 0 {
		return 1
	}
	return len(s.limits) + 3
}

// layouts has the layout of each protocol of each schema.
type layouts [][2]layout

func newLayouts(o Options) layouts {
	all := make(layouts, len(o.Schemas))
	for i, m := range o.Metrics {
		l := &all[m.Schema][m.Protocol]
		counter := counterSpec{metric: i, field: m.Field, closed: m.CountsClosed}
		switch {
		case m.Kind == Histogram:
			spec := histogramSpec{metric: i, field: m.Field, divisor: m.Divisor, expSize: o.ExponentialSize}
			if o.ExponentialSize == 0 {
				spec.limits = limits(m.Bounds, spec.divisor)
			}
			l.histograms = append(l.histograms, spec)
		case m.Kind == Minimum || m.Kind == Maximum:
			l.gauges = append(l.gauges, gaugeSpec{metric: i, field: m.Field, largest: m.Kind == Maximum})
		case m.Addressed:
			l.addressed = append(l.addressed, counter)
		default:
			l.plain = append(l.plain, counter)
		}
	}
	for schema := range all {
		for p := range all[schema] {
			all[schema][p].schema = uint8(schema)
		}
	}
	return all
}

// most is the largest number that the schemas have for a protocol.
func (all layouts) most(p contract.Protocol, number func(*layout) int) (most int) {
	for i := range all {
		most = max(most, number(&all[i][p]))
	}
	return most
}
