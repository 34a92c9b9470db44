// SPDX-License-Identifier: Apache-2.0

package adder

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
)

func TestAdd(t *testing.T) {
	tel := componenttest.NewTelemetry()
	defer func() { require.NoError(t, tel.Shutdown(t.Context())) }()
	c, err := tel.NewTelemetrySettings().MeterProvider.Meter("test").Int64Counter("records")
	require.NoError(t, err)
	counted, left := New(c, attribute.String("outcome", "counted")), New(c, attribute.String("outcome", "left"))
	for _, n := range []int64{2, 0, 3} {
		counted.Add(t.Context(), n)
	}
	left.Add(t.Context(), 0)
	got, err := tel.GetMetric("records")
	require.NoError(t, err)
	metricdatatest.AssertEqual(t, metricdata.Metrics{Name: "records", Data: metricdata.Sum[int64]{
		Temporality: metricdata.CumulativeTemporality, IsMonotonic: true,
		DataPoints: []metricdata.DataPoint[int64]{{Attributes: attribute.NewSet(attribute.String("outcome", "counted")), Value: 5}},
	}}, got, metricdatatest.IgnoreTimestamp())
}
