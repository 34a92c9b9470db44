package golden

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

const casesDir = "../../../testdata/golden"

func TestGolden(t *testing.T) {
	entries, err := os.ReadDir(casesDir)
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			t.Run(entry.Name(), func(t *testing.T) {
				runCase(t, filepath.Join(casesDir, entry.Name()))
			})
		}
	}
}

func runCase(t *testing.T, dir string) {
	t.Helper()
	cfg := readConfig(t, dir)
	requests := readInput(t, dir, cfg)

	labelled := runProcessor(t, cfg, requests)
	compare(t, filepath.Join(dir, "labels.yaml"), formatLabels(t, requests, labelled))

	metrics := runConnector(t, cfg, labelled)
	series := formatMetrics(cfg.schema(), metrics, false)
	compare(t, filepath.Join(dir, "metrics.txt"), series)
	assert.Equal(t, withZeros(series), formatMetrics(cfg.schema(), metrics, true), "each series starts at zero, and no other")
	checkSamples(t, dir, metrics)
}

// runProcessor labels each request by itself, so that what comes out stands in
// the order of what went in.
func runProcessor(t *testing.T, cfg caseConfig, requests []plog.Logs) []plog.Logs {
	t.Helper()
	factory := istiolabelsprocessor.NewFactory()
	config := factory.CreateDefaultConfig()
	load(t, config, cfg.Processor)
	sink := new(consumertest.LogsSink)
	p, err := factory.CreateLogs(t.Context(), processor.Settings{
		ID:                component.NewID(factory.Type()),
		TelemetrySettings: processortest.NewNopSettings(factory.Type()).TelemetrySettings,
	}, config, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	for _, request := range requests {
		copied := plog.NewLogs()
		request.CopyTo(copied)
		require.NoError(t, p.ConsumeLogs(t.Context(), copied))
	}
	require.NoError(t, p.Shutdown(context.WithoutCancel(t.Context())))
	return sink.AllLogs()
}

func runConnector(t *testing.T, cfg caseConfig, labelled []plog.Logs) *consumertest.MetricsSink {
	t.Helper()
	factory := istiometricsconnector.NewFactory()
	config := factory.CreateDefaultConfig()
	load(t, config, cfg.Connector)
	sink := new(consumertest.MetricsSink)
	c, err := factory.CreateLogsToMetrics(t.Context(), connector.Settings{
		ID:                component.NewID(factory.Type()),
		TelemetrySettings: connectortest.NewNopSettings(factory.Type()).TelemetrySettings,
	}, config, sink)
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	for _, request := range labelled {
		require.NoError(t, c.ConsumeLogs(t.Context(), request))
	}
	require.NoError(t, c.Shutdown(context.WithoutCancel(t.Context())))
	return sink
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" { // as `make golden-update` sets it
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run `make golden-update` and read what it wrote")
	assert.Equal(t, string(want), got, file)
}
