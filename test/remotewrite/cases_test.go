package remotewrite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

// connectorOutputs are the metrics of the connector's own golden cases, by case.
func connectorOutputs(t *testing.T) map[string]pmetric.Metrics {
	t.Helper()
	files, err := filepath.Glob("../../connector/istiometricsconnector/testdata/golden/*/output.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]pmetric.Metrics{}
	for _, file := range files {
		md, err := golden.ReadMetrics(file)
		require.NoError(t, err, file)
		all[filepath.Base(filepath.Dir(file))] = md
	}
	return all
}

// goldenCases are the folders of the repository's golden cases.
func goldenCases(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/golden/*/metrics.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, file := range files {
		files[i] = filepath.Dir(file)
	}
	return files
}

// caseMetrics runs a golden case through processor and connector, with the
// case's own settings.
func caseMetrics(t *testing.T, dir string) []pmetric.Metrics {
	t.Helper()
	var cfg struct {
		Input     string         `yaml:"input"`
		Settings  string         `yaml:"settings"`
		Processor map[string]any `yaml:"istio_labels"`
		Connector map[string]any `yaml:"istio_metrics"`
	}
	b, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(b, &cfg))
	}
	if cfg.Settings != "" {
		cfg.Processor, cfg.Connector = addSettings(t, filepath.Join(dir, cfg.Settings), cfg.Processor, cfg.Connector)
	}

	metrics := new(consumertest.MetricsSink)
	conFactory := istiometricsconnector.NewFactory()
	c, err := conFactory.CreateLogsToMetrics(t.Context(), connector.Settings{
		ID:                component.NewID(conFactory.Type()),
		TelemetrySettings: connectortest.NewNopSettings(conFactory.Type()).TelemetrySettings,
	}, load(t, conFactory.CreateDefaultConfig(), cfg.Connector), metrics)
	require.NoError(t, err)
	procFactory := istiolabelsprocessor.NewFactory()
	p, err := procFactory.CreateLogs(t.Context(), processor.Settings{
		ID:                component.NewID(procFactory.Type()),
		TelemetrySettings: processortest.NewNopSettings(procFactory.Type()).TelemetrySettings,
	}, load(t, procFactory.CreateDefaultConfig(), cfg.Processor), c)
	require.NoError(t, err)

	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	for _, request := range readInput(t, dir, cfg.Input) {
		require.NoError(t, p.ConsumeLogs(t.Context(), request))
	}
	require.NoError(t, p.Shutdown(context.WithoutCancel(t.Context())))
	require.NoError(t, c.Shutdown(context.WithoutCancel(t.Context())))
	return metrics.AllMetrics()
}

// addSettings merges the settings of a case over those of a Collector's
// configuration.
func addSettings(t *testing.T, file string, processor, connector map[string]any) (mergedProcessor, mergedConnector map[string]any) {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var shared struct {
		Processors struct {
			Processor map[string]any `yaml:"istio_labels"`
		} `yaml:"processors"`
		Connectors struct {
			Connector map[string]any `yaml:"istio_metrics"`
		} `yaml:"connectors"`
	}
	require.NoError(t, yaml.Unmarshal(b, &shared))
	merge := func(below, above map[string]any) map[string]any {
		merged := confmap.NewFromStringMap(below)
		require.NoError(t, merged.Merge(confmap.NewFromStringMap(above)))
		return merged.ToStringMap()
	}
	return merge(shared.Processors.Processor, processor), merge(shared.Connectors.Connector, connector)
}

func load(t *testing.T, cfg component.Config, settings map[string]any) component.Config {
	t.Helper()
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	return cfg
}

// readInput reads records, one a line: text, or OTLP/JSON in a file that ends in
// .jsonl.
func readInput(t *testing.T, dir, file string) (requests []plog.Logs) {
	t.Helper()
	if file == "" {
		file = "input.txt"
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			file = "input.jsonl"
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, file))
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasSuffix(file, ".jsonl"):
			request, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(line))
			require.NoError(t, err, line)
			requests = append(requests, request)
		default:
			request := plog.NewLogs()
			request.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(line)
			requests = append(requests, request)
		}
	}
	return requests
}
