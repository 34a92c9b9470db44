// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
)

func TestOverflow(t *testing.T) {
	cfg := testConfig()
	cfg.MaxSeries = 1000
	sink := new(consumertest.MetricsSink)
	c, tel := newTestConnector(t, cfg, sink)
	const apps = 400
	for i := range apps {
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs(strconv.Itoa(i), 2)))
	}
	require.NoError(t, c.Shutdown(t.Context()))
	var overflow pcommon.Map
	var overflowed, all int64
	for _, p := range closedPoints(sink.AllMetrics()...) {
		all += p.IntValue()
		if _, ok := p.Attributes().Get("otel_metric_overflow"); ok {
			overflow, overflowed = p.Attributes(), p.IntValue()
		}
	}
	assert.EqualValues(t, 2*apps, all)
	unknown := map[string]any{"otel_metric_overflow": "true"}
	for _, name := range []string{"reporter", "source_workload", "source_workload_namespace", "destination_workload", "destination_workload_namespace", "destination_service_name"} {
		unknown[name] = "unknown"
	}
	assert.Equal(t, unknown, overflow.AsRaw())
	assert.EqualValues(t, 2*(apps-(1000-100)/4), overflowed)
	metadatatest.AssertEqualConnectorIstioMetricsOverflowedRecords(t, tel, []metricdata.DataPoint[int64]{{Value: overflowed}}, metricdatatest.IgnoreTimestamp())
}
