// SPDX-License-Identifier: Apache-2.0

package series

import "go.opentelemetry.io/collector/pdata/pmetric"

// typeKey is the key of a metric's metadata that holds the type it had in
// Prometheus, for types that OpenTelemetry does not have.
const typeKey = "prometheus.type"

func (r *Reader) metadata(m pmetric.Metric) Metadata {
	return Metadata{Type: typeOf(m), Help: m.Description(), Unit: r.names.unitNamer.Build(m.Unit())}
}

func typeOf(m pmetric.Metric) MetricType {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		if was(m) == "unknown" {
			return TypeUnknown
		}
		return TypeGauge
	case pmetric.MetricTypeSum:
		switch {
		case m.Sum().IsMonotonic():
			return TypeCounter
		case was(m) == "info":
			return TypeInfo
		case was(m) == "stateset":
			return TypeStateSet
		}
		return TypeGauge
	case pmetric.MetricTypeHistogram, pmetric.MetricTypeExponentialHistogram:
		return TypeHistogram
	case pmetric.MetricTypeSummary:
		return TypeSummary
	}
	return TypeUnknown
}

// was returns the type that a metric had in Prometheus, if it came from there.
func was(m pmetric.Metric) string {
	if v, ok := m.Metadata().Get(typeKey); ok {
		return v.Str()
	}
	return ""
}

// cumulative says whether points are totals since a start, or have no
// temporality.
func cumulative(m pmetric.Metric) bool {
	switch m.Type() {
	case pmetric.MetricTypeSum:
		return m.Sum().AggregationTemporality() == pmetric.AggregationTemporalityCumulative
	case pmetric.MetricTypeHistogram:
		return m.Histogram().AggregationTemporality() == pmetric.AggregationTemporalityCumulative
	case pmetric.MetricTypeExponentialHistogram:
		return m.ExponentialHistogram().AggregationTemporality() == pmetric.AggregationTemporalityCumulative
	}
	return true
}

func pointsOf(m pmetric.Metric) int {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		return m.Gauge().DataPoints().Len()
	case pmetric.MetricTypeSum:
		return m.Sum().DataPoints().Len()
	case pmetric.MetricTypeHistogram:
		return m.Histogram().DataPoints().Len()
	case pmetric.MetricTypeExponentialHistogram:
		return m.ExponentialHistogram().DataPoints().Len()
	case pmetric.MetricTypeSummary:
		return m.Summary().DataPoints().Len()
	}
	return 0
}
