// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// telling are the labels that a reader of a series looks for, and so come first.
var telling = []contract.Label{
	contract.Reporter, contract.SourceWorkload, contract.SourceWorkloadNamespace, contract.DestinationServiceName,
	contract.DestinationService, contract.DestinationIP, contract.RequestProtocol, contract.ResponseCode, contract.ResponseFlags,
}

// timed is a point of any type.
type timed interface {
	StartTimestamp() pcommon.Timestamp
	Timestamp() pcommon.Timestamp
}

// isZero tells whether a point is the zero that a series starts with.
func isZero(p timed) bool { return p.Timestamp() == p.StartTimestamp() }

// formatMetrics writes one line for each of Istio's series, with the zero that it
// starts with or with its value; histograms as their count and sum. Labels that have
// their default are left out; one that the schema has and the series has not is
// written as empty.
func formatMetrics(schema contract.Schema, sink *consumertest.MetricsSink, zeros bool) string {
	var lines []string
	for _, md := range sink.AllMetrics() {
		for _, rm := range md.ResourceMetrics().All() {
			for _, sm := range rm.ScopeMetrics().All() {
				for _, m := range sm.Metrics().All() {
					lines = append(lines, formatMetric(schema, m, zeros)...)
				}
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func formatMetric(schema contract.Schema, m pmetric.Metric, zeros bool) (lines []string) {
	if m.Type() == pmetric.MetricTypeGauge {
		return nil // the build info
	}
	labels := seriesLabels(schema, m.Name())
	if m.Type() == pmetric.MetricTypeHistogram {
		for _, p := range m.Histogram().DataPoints().All() {
			if isZero(p) != zeros {
				continue
			}
			series := formatSeries(labels, p.Attributes())
			lines = append(lines,
				fmt.Sprintf("%s_count{%s} %d\n", m.Name(), series, p.Count()),
				fmt.Sprintf("%s_sum{%s} %g\n", m.Name(), series, p.Sum()))
		}
		return lines
	}
	for _, p := range m.Sum().DataPoints().All() {
		if isZero(p) != zeros {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s{%s} %d\n", m.Name(), formatSeries(labels, p.Attributes()), p.IntValue()))
	}
	return lines
}

// seriesLabels lists the labels that a metric of the schema may have, in the
// order to show them in.
func seriesLabels(schema contract.Schema, metric string) []contract.Label {
	i := slices.IndexFunc(schema.Metrics(), func(m contract.Metric) bool { return m.Name == metric })
	m := schema.Metrics()[i]
	labels := append(slices.Clone(schema.Labels(m.Protocol)), contract.DestinationIP)
	rank := func(l contract.Label) int {
		if i := slices.Index(telling, l); i >= 0 {
			return i
		}
		return len(telling) + int(l)
	}
	slices.SortFunc(labels, func(a, b contract.Label) int { return rank(a) - rank(b) })
	return labels
}

func formatSeries(labels []contract.Label, attributes pcommon.Map) string {
	var pairs, extra []string
	for _, l := range labels {
		v, ok := attributes.Get(l.String())
		if ok && v.Str() != l.Default() {
			pairs = append(pairs, fmt.Sprintf("%s=%q", l, v.Str()))
		} else if !ok && l.Default() != "" {
			pairs = append(pairs, l.String()+`=""`)
		}
	}
	for name, v := range attributes.All() {
		if l, ok := contract.LabelByName(name); !ok || !slices.Contains(labels, l) {
			extra = append(extra, fmt.Sprintf("%s=%q", name, v.Str()))
		}
	}
	slices.Sort(extra)
	return strings.Join(append(pairs, extra...), ",")
}
