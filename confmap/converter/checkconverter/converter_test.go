// SPDX-License-Identifier: Apache-2.0

package checkconverter

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"
)

func confOf(t *testing.T, text string) *confmap.Conf {
	t.Helper()
	var settings map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &settings))
	return confmap.NewFromStringMap(settings)
}

const gateway = `
receivers:
  envoy_access_log:
    limits: {in_flight_mib: 256}
  envoy_access_log/default:
processors:
  memory_limiter: {limit_mib: 192}
  memory_limiter/small: {limit_mib: 100}
  memory_limiter/percent: {limit_percentage: 10}
`

func TestMemory(t *testing.T) {
	for name, test := range map[string]struct {
		pipelines string
		want      []string
	}{
		"above":            {"{logs: {receivers: [envoy_access_log], processors: [memory_limiter]}}", []string{"`receivers::envoy_access_log::limits::in_flight_mib` must be at most `processors::memory_limiter::limit_mib` (192), got 256"}},
		"default above":    {"{logs: {receivers: [envoy_access_log/default], processors: [memory_limiter/small]}}", []string{"`receivers::envoy_access_log/default::limits::in_flight_mib` must be at most `processors::memory_limiter/small::limit_mib` (100), got 128"}},
		"default below":    {"{logs: {receivers: [envoy_access_log/default], processors: [memory_limiter]}}", nil},
		"not in use":       {"{logs: {receivers: [otlp], processors: [memory_limiter]}}", nil},
		"a percentage":     {"{logs: {receivers: [envoy_access_log], processors: [memory_limiter/percent]}}", nil},
		"no pipelines":     {"{}", nil},
		"no configuration": {"null", nil},
		"no list":          {"{logs: {receivers: 3}}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			err := convert(t, gateway+"service: {pipelines: "+test.pipelines+"}")
			if test.want == nil {
				require.NoError(t, err)
			}
			for _, part := range test.want {
				require.ErrorContains(t, err, part)
			}
		})
	}
}

func TestDefaultInFlight(t *testing.T) {
	cfg := envoyaccesslogreceiver.NewFactory().CreateDefaultConfig().(*envoyaccesslogreceiver.Config)
	assert.Equal(t, defaultInFlightMiB, cfg.Limits.InFlightMiB)
}

func TestStorage(t *testing.T) {
	const stored = `
exporters:
  remote_write: {sending_queue: {storage: file_storage}}
connectors:
  istio_metrics: {storage: file_storage}
extensions:
  file_storage:
  zpages:
`
	for name, test := range map[string]struct {
		service string
		want    []string
	}{
		"replaced": {"{extensions: [zpages], pipelines: {metrics: {exporters: [remote_write]}}}", []string{
			"`service::extensions` must have \"file_storage\", which `exporters::remote_write::sending_queue::storage` names, got [\"zpages\"]",
		}},
		"none":       {"{pipelines: {metrics: {receivers: [istio_metrics]}}}", []string{"`connectors::istio_metrics::storage`"}},
		"there":      {"{extensions: [zpages, file_storage], pipelines: {metrics: {exporters: [remote_write]}}}", nil},
		"not in use": {"{extensions: [zpages], pipelines: {metrics: {exporters: [debug]}}}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			err := convert(t, stored+"service: "+test.service)
			if test.want == nil {
				require.NoError(t, err)
			}
			for _, part := range test.want {
				require.ErrorContains(t, err, part)
			}
		})
	}
	t.Run("something else called storage", func(t *testing.T) {
		require.NoError(t, convert(t, "{exporters: {other: {storage: /var/lib}}, service: {pipelines: {logs: {exporters: [other]}}}}"))
	})
}

func convert(t *testing.T, text string) error {
	t.Helper()
	c := &converter{logger: zap.NewNop(), environment: func() []string { return nil }, validateOutput: io.Discard}
	conf := confOf(t, text)
	before := conf.ToStringMap()
	err := c.Convert(t.Context(), conf)
	assert.Equal(t, before, conf.ToStringMap(), "nothing is changed")
	return err
}

func TestWarnings(t *testing.T) {
	t.Setenv("DESTINATION_IPS", "true")
	core, logs := observer.New(zap.InfoLevel)
	c := NewFactory().Create(confmap.ConverterSettings{Logger: zap.New(core)})
	require.NoError(t, c.Convert(t.Context(), confmap.New()))
	found := logs.FilterField(zap.String("variable", "DESTINATION_IPS")).All()
	require.Len(t, found, 1)
	assert.Equal(t, zap.WarnLevel, found[0].Level)
	assert.Equal(t, "DESTINATION_IP", found[0].ContextMap()["known_variable"])
}

// The Collector shows no log of a converter under `validate`.
func TestWarningsOfValidate(t *testing.T) {
	var out bytes.Buffer
	c := &converter{logger: zap.NewNop(), environment: func() []string { return []string{"MAX_SERIE=1"} }, validateOutput: &out}
	require.NoError(t, c.Convert(t.Context(), confmap.New()))
	assert.Contains(t, out.String(), "MAX_SERIE ")
	assert.Contains(t, out.String(), "MAX_SERIES")
	assert.Equal(t, os.Stderr, validateOutput([]string{"otelcol-istio", "validate", "--config", "x"}))
	assert.Equal(t, io.Discard, validateOutput([]string{"otelcol-istio", "--config", "x"}))
	assert.Equal(t, io.Discard, validateOutput(nil))
}
