// SPDX-License-Identifier: Apache-2.0

package series

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pmetric"
)

const (
	traceLabel = "trace_id"
	spanLabel  = "span_id"
	// maxExemplarRunes is how many characters the labels of an exemplar have at
	// most: https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md#exemplars.
	maxExemplarRunes = 128
)

func appendExemplars(dst []Exemplar, src pmetric.ExemplarSlice) []Exemplar {
	for _, e := range src.All() {
		dst = append(dst, newExemplar(e))
	}
	return dst
}

// sortExemplars puts exemplars in the order of their times: Prometheus refuses
// one that is older than one before it.
func sortExemplars(exemplars []Exemplar) {
	slices.SortStableFunc(exemplars, func(a, b Exemplar) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
}

// newExemplar returns an exemplar with its trace, and with its attributes if all
// of that is not too long. Labels are sorted by name.
func newExemplar(e pmetric.Exemplar) Exemplar {
	x := Exemplar{Timestamp: milliseconds(e.Timestamp()), Value: e.DoubleValue()}
	if e.ValueType() == pmetric.ExemplarValueTypeInt {
		x.Value = float64(e.IntValue())
	}
	runes := 0
	add := func(name, value string) {
		x.Labels = append(x.Labels, ExemplarLabel{name, value})
		runes += utf8.RuneCountInString(name) + utf8.RuneCountInString(value)
	}
	if id := e.TraceID(); !id.IsEmpty() {
		add(traceLabel, hex.EncodeToString(id[:]))
	}
	if id := e.SpanID(); !id.IsEmpty() {
		add(spanLabel, hex.EncodeToString(id[:]))
	}
	needed := len(x.Labels)
	for key, v := range e.FilteredAttributes().All() {
		value := v.AsString()
		if key == traceLabel && !e.TraceID().IsEmpty() || key == spanLabel && !e.SpanID().IsEmpty() {
			continue
		}
		if key != "" && utf8.ValidString(key) && utf8.ValidString(value) {
			add(key, value)
		}
	}
	if runes > maxExemplarRunes {
		x.Labels = x.Labels[:needed]
	}
	slices.SortFunc(x.Labels, func(a, b ExemplarLabel) int { return strings.Compare(a.Name, b.Name) })
	return x
}
