// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/pmetrictest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.yaml.in/yaml/v3"
)

// TestGolden runs each case of testdata/golden: config.yaml and input.yaml give
// output.yaml and telemetry.yaml. To add a case, write the first two, run with
// UPDATE_GOLDEN=1, and read what the others then hold.
//
// Time is that of a synctest bubble: records arrive at midnight of 2000-01-01
// and are collected 15 seconds later.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join("testdata", "golden", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, dir := range cases {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { runGolden(t, dir) })
		})
	}
}

func runGolden(t *testing.T, dir string) {
	conf, err := confmaptest.LoadConf(filepath.Join(dir, "config.yaml"))
	require.NoError(t, err)
	cfg := testConfig()
	require.NoError(t, conf.Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	input, err := golden.ReadLogs(filepath.Join(dir, "input.yaml"))
	require.NoError(t, err)

	sink := new(consumertest.MetricsSink)
	c, tel := newTestConnector(t, cfg, sink)
	require.NoError(t, c.ConsumeLogs(t.Context(), input))
	time.Sleep(cfg.FlushInterval)
	require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
	got := pmetric.NewMetrics()
	if len(sink.AllMetrics()) > 0 {
		got = sink.AllMetrics()[0]
	}
	telemetry := readTelemetry(t, tel)

	output, telemetryFile := filepath.Join(dir, "output.yaml"), filepath.Join(dir, "telemetry.yaml")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, golden.WriteMetricsToFile(output, got, golden.SkipMetricTimestampNormalization()))
		b, err := yaml.Marshal(telemetry)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(telemetryFile, b, 0o600))
	}
	want, err := golden.ReadMetrics(output)
	require.NoError(t, err)
	require.NoError(t, pmetrictest.CompareMetrics(want, got,
		pmetrictest.IgnoreMetricsOrder(), pmetrictest.IgnoreMetricDataPointsOrder(), pmetrictest.IgnoreDatapointAttributesOrder()))
	b, err := os.ReadFile(telemetryFile)
	require.NoError(t, err)
	var wantTelemetry map[string]int64
	require.NoError(t, yaml.Unmarshal(b, &wantTelemetry))
	assert.Equal(t, wantTelemetry, telemetry)
}

// readTelemetry lists the metrics of the connector itself that are not 0.
func readTelemetry(t *testing.T, tel *componenttest.Telemetry) map[string]int64 {
	t.Helper()
	var rm metricdata.ResourceMetrics
	require.NoError(t, tel.Reader.Collect(t.Context(), &rm))
	all := map[string]int64{}
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			var points []metricdata.DataPoint[int64]
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				points = data.DataPoints
			case metricdata.Gauge[int64]:
				points = data.DataPoints
			}
			for _, p := range points {
				if p.Value != 0 {
					all[m.Name+formatAttributes(p.Attributes)] = p.Value
				}
			}
		}
	}
	return all
}

func formatAttributes(set attribute.Set) string {
	if set.Len() == 0 {
		return ""
	}
	kv := set.ToSlice()[0]
	return fmt.Sprintf("{%s=%s}", kv.Key, kv.Value.AsString())
}

func attributeSet(key, value string) attribute.Set {
	return attribute.NewSet(attribute.String(key, value))
}
