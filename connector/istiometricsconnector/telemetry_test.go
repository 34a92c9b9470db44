// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
)

// Self-telemetry's documentation lists each value of each attribute.
func TestMetadataListsAttributes(t *testing.T) {
	b, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var documented struct {
		Attributes map[string]struct{ Enum []string }
		Telemetry  struct {
			Metrics map[string]struct{ Attributes []string }
		}
	}
	require.NoError(t, yaml.Unmarshal(b, &documented))
	got := emittedAttributes(t)
	for metric, m := range documented.Telemetry.Metrics {
		for _, key := range m.Attributes {
			of := attributeOf{"otelcol_" + metric, key}
			assert.ElementsMatch(t, documented.Attributes[key].Enum, got[of], of)
			delete(got, of)
		}
	}
	assert.Empty(t, got, "not documented")
}

// attributeOf names an attribute of a metric.
type attributeOf struct{ metric, key string }

// emittedAttributes are the values of each attribute after everything that can be
// counted was.
func emittedAttributes(t *testing.T) map[attributeOf][]string {
	t.Helper()
	tel := componenttest.NewTelemetry()
	self, err := newTelemetry(tel.NewTelemetrySettings(), 0, func() (s aggregate.Stats) { return s })
	require.NoError(t, err)
	var tally contractreader.Outcomes
	var before, after aggregate.Stats
	setAll(reflect.ValueOf(&tally).Elem())
	setAll(reflect.ValueOf(&after).Elem())
	self.consumed(t.Context(), &tally, &before, &after)
	self.Ended(t.Context(), &before, &after)
	self.Flushed(t.Context(), true)

	values := map[attributeOf][]string{}
	var all metricdata.ResourceMetrics
	require.NoError(t, tel.Reader.Collect(t.Context(), &all))
	for _, m := range all.ScopeMetrics[0].Metrics {
		sum, _ := m.Data.(metricdata.Sum[int64]) // gauges have no attributes
		for _, p := range sum.DataPoints {
			for _, a := range p.Attributes.ToSlice() {
				of := attributeOf{m.Name, string(a.Key)}
				values[of] = append(values[of], a.Value.AsString())
			}
		}
	}
	self.shutdown()
	require.NoError(t, tel.Shutdown(t.Context()))
	return values
}

// setAll makes every number in a structure 1.
func setAll(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			setAll(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			setAll(v.Index(i))
		}
	default:
		v.SetInt(1)
	}
}
