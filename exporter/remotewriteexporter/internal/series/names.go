// SPDX-License-Identifier: Apache-2.0

package series

import (
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// maxNames bounds each of the tables of names. A table that is full begins
// anew: names repeat, or they are not worth keeping.
const maxNames = 16384

// class is what a metric becomes. Metrics of one name and class share series.
type class uint8

const (
	classNumber class = iota
	classHistogram
	classExponential
	classSummary
)

// family is the names of a metric's series.
type family struct {
	class class
	// order of families, for sorting points.
	order uint32
	// contested says that a metric of another class has a series of the same
	// name.
	contested bool
	// base is the name itself, the others have suffixes. Only those that the
	// class has are set.
	base, sum, count, bucket Label
}

// names finds the names of metrics and labels, and keeps them.
type names struct {
	metricNamer otlptranslator.MetricNamer
	labelNamer  otlptranslator.LabelNamer
	unitNamer   otlptranslator.UnitNamer

	metrics  map[metricKey]*family
	families map[familyKey]*family
	// owners has the family of each name that stands without le or quantile.
	owners map[string]*family
	labels map[string]string
	order  uint32
}

type metricKey struct {
	name, unit string
	kind       otlptranslator.MetricType
}

type familyKey struct {
	name  string
	class class
}

func newNames() *names {
	n := &names{
		metricNamer: otlptranslator.MetricNamer{WithMetricSuffixes: true},
		// A name that begins with one underscore gets a prefix, as other
		// exporters of the Collector do it.
		labelNamer: otlptranslator.LabelNamer{UnderscoreLabelSanitization: true}, //nolint:staticcheck // as long as they do
		labels:     map[string]string{},
	}
	n.resetMetrics()
	return n
}

func (n *names) resetMetrics() {
	n.metrics = map[metricKey]*family{}
	n.families = map[familyKey]*family{}
	n.owners = map[string]*family{}
}

// trim drops what is too much. Families must not be in use.
func (n *names) trim() {
	if len(n.metrics) > maxNames {
		n.resetMetrics()
	}
	if len(n.labels) > maxNames {
		clear(n.labels)
	}
}

// label returns the name of the label that a key becomes, or false if nothing
// is left of the key.
func (n *names) label(key string) (string, bool) {
	if name, ok := n.labels[key]; ok {
		return name, name != ""
	}
	name, err := n.labelNamer.Build(key)
	if err != nil {
		name = ""
	}
	n.labels[key] = name
	return name, name != ""
}

// metric returns the family of a metric, or nil if nothing is left of its name.
func (n *names) metric(m pmetric.Metric) *family {
	key := metricKey{name: m.Name(), unit: m.Unit()}
	var c class
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		key.kind, c = otlptranslator.MetricTypeGauge, classNumber
	case pmetric.MetricTypeSum:
		key.kind, c = otlptranslator.MetricTypeNonMonotonicCounter, classNumber
		if m.Sum().IsMonotonic() {
			key.kind = otlptranslator.MetricTypeMonotonicCounter
		}
	case pmetric.MetricTypeHistogram:
		key.kind, c = otlptranslator.MetricTypeHistogram, classHistogram
	case pmetric.MetricTypeExponentialHistogram:
		key.kind, c = otlptranslator.MetricTypeExponentialHistogram, classExponential
	case pmetric.MetricTypeSummary:
		key.kind, c = otlptranslator.MetricTypeSummary, classSummary
	}
	f, ok := n.metrics[key]
	if !ok {
		name, err := n.metricNamer.Build(otlptranslator.Metric{Name: key.name, Unit: key.unit, Type: key.kind})
		if err == nil {
			f = n.family(name, c)
		}
		n.metrics[key] = f
	}
	return f
}

func (n *names) family(name string, c class) *family {
	key := familyKey{name, c}
	if f, ok := n.families[key]; ok {
		return f
	}
	n.order++
	f := &family{class: c, order: n.order}
	switch c {
	case classNumber, classExponential:
		f.base = newLabel(NameLabel, name)
		n.own(name, f)
	case classHistogram, classSummary:
		f.sum = newLabel(NameLabel, name+"_sum")
		f.count = newLabel(NameLabel, name+"_count")
		n.own(f.sum.Value, f)
		n.own(f.count.Value, f)
		if c == classSummary {
			f.base = newLabel(NameLabel, name)
		} else {
			f.bucket = newLabel(NameLabel, name+"_bucket")
		}
	}
	n.families[key] = f
	return f
}

// own says that a family has a series of a name.
func (n *names) own(name string, f *family) {
	owner, ok := n.owners[name]
	if !ok {
		n.owners[name] = f
		return
	}
	owner.contested, f.contested = true, true
}
