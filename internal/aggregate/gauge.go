// SPDX-License-Identifier: Apache-2.0

package aggregate

// gauge is the smallest or the largest value of a field. Its zero value is a series
// that does not exist yet.
type gauge struct {
	value int64
	begun bool
}

// gaugeSpec is a metric that keeps one value of a field.
type gaugeSpec struct {
	metric int
	field  Field
	// largest is false for the smallest value.
	largest bool
}

// observe keeps the value if it is the one to keep, and tells whether this began the
// series.
func (g *gauge) observe(spec *gaugeSpec, value int64) (began bool) {
	if !g.begun {
		*g = gauge{value, true}
		return true
	}
	if spec.largest {
		g.value = max(g.value, value)
	} else {
		g.value = min(g.value, value)
	}
	return false
}

func (s *State) addGauges(set *LabelSet, o *Observation) {
	for i := range set.gauges {
		spec := &set.layout.gauges[i]
		value := o.Values[spec.field]
		if value < 0 {
			s.incomplete(spec.field, value)
			continue
		}
		if set.gauges[i].observe(spec, value) {
			s.stats.Series++
		}
	}
}

// GaugePoint is the value of one gauge. It has no zero before it: a gauge begins at
// no value.
type GaugePoint struct {
	Set *LabelSet
	// Metric is an index into Options.Metrics.
	Metric int
	// Value in the field's own unit, see Metric.Divisor. A series that has ended has
	// none.
	Value int64
	Ended bool
}

func (n *Snapshot) appendGauges(g Group) {
	for i := range g.set.gauges {
		if gauge := &g.set.gauges[i]; gauge.begun {
			n.Gauges = append(n.Gauges, GaugePoint{Set: g.set, Metric: g.set.layout.gauges[i].metric, Value: gauge.value, Ended: g.ends})
		}
	}
}
