// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

var stateID = component.MustNewIDWithName("file_storage", "state")

func loadConfig(t *testing.T, name string) (*Config, error) {
	t.Helper()
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	sub, err := conf.Sub(component.NewIDWithName(metadata.Type, name).String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	return cfg, sub.Unmarshal(cfg)
}

func TestLoadConfig(t *testing.T) {
	for name, want := range map[string]*Config{
		"": {
			FlushInterval:     15 * time.Second,
			ShutdownTimeout:   20 * time.Second,
			ServiceName:       "otelcol-istio",
			MaxSeries:         100_000,
			SeriesIdleTimeout: time.Hour,
			Histogram:         HistogramConfig{Kind: HistogramExplicit, MaxSize: 160},
			Exemplars:         ExemplarsConfig{Enabled: true},
		},
		"all": {
			FlushInterval:   5 * time.Second,
			ShutdownTimeout: 3 * time.Second,
			InstanceID:      "gateway-0",
			ServiceName:     "mesh",
			MaxSeries:       5000,
			Metrics: map[string]MetricConfig{
				"istio_request_bytes":        {Enabled: false},
				"istio_response_bytes":       {Enabled: true},
				"istio_tcp_sent_bytes_total": {Enabled: true},
				"istio_requests_total":       {Enabled: true},
			},
			Histogram: HistogramConfig{
				Kind:           HistogramExponential,
				DurationBounds: []float64{100, 1000},
				SizeBounds:     []float64{0, 1000},
				MaxSize:        80,
			},
			StorageID: &stateID,
		},
	} {
		t.Run("name="+name, func(t *testing.T) {
			cfg, err := loadConfig(t, name)
			require.NoError(t, err)
			require.NoError(t, confmap.Validate(cfg))
			assert.Equal(t, want, cfg)
		})
	}
}

func TestLoadConfigInvalid(t *testing.T) {
	for name, want := range map[string]string{
		"flush_interval":         "`flush_interval` must be at least 100ms, got 0s (a number needs a unit, as in 15s)",
		"shutdown_timeout":       "`shutdown_timeout` must be at least 100ms, got 20ns (a number needs a unit, as in 20s)",
		"service_name":           "`service_name` must not be empty",
		"max_series":             "`max_series` must be at least 153 with these metrics and histograms, got 152",
		"max_series_exponential": "`max_series` must be at least 27 with these metrics and histograms, got 26",
		"idle_too_short":         "`series_idle_timeout` must be 0 or longer than `flush_interval` (15s), got 15s",
		"idle_negative":          "`series_idle_timeout` must be 0 or longer than `flush_interval` (15s), got -1h0m0s",
		"metrics": "`metrics` must hold names of metrics, of [\"istio_requests_total\" \"istio_request_duration_milliseconds\" " +
			"\"istio_request_bytes\" \"istio_response_bytes\" \"istio_request_messages_total\" \"istio_response_messages_total\" " +
			"\"istio_tcp_connections_opened_total\" \"istio_tcp_connections_closed_total\" \"istio_tcp_sent_bytes_total\" " +
			"\"istio_tcp_received_bytes_total\" \"istio_request_duration_seconds\"], got \"istio_request_duration_minutes\"",
		"histogram": "histogram: `kind` must be one of [\"explicit\" \"exponential\"], got \"summary\"\n" +
			"`max_size` must be between 8 and 16384, got 1\n" +
			"`duration_bounds` must ascend, got 2 after 2\n" +
			"`size_bounds` must hold finite numbers of at least 0, got -1",
		"bounds_not_finite": "histogram: `duration_bounds` must hold finite numbers of at least 0, got +Inf\n" +
			"`size_bounds` must hold finite numbers of at least 0, got NaN",
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := loadConfig(t, name)
			require.NoError(t, err)
			assert.EqualError(t, confmap.Validate(cfg), want)
		})
	}
	for name, want := range map[string]string{
		"schema":  "`schema` is gone, got \"istio-1.3\"",
		"type":    "`flush_interval` must be a duration such as 15s or 1m30s, got \"soon\"",
		"unknown": "has invalid keys: flush",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadConfig(t, name)
			assert.ErrorContains(t, err, want)
		})
	}
}

func TestValidateBoundsLength(t *testing.T) {
	bounds := make([]float64, maxBounds+1)
	for i := range bounds {
		bounds[i] = float64(i)
	}
	require.NoError(t, validateBounds("size_bounds", bounds[:maxBounds]))
	assert.EqualError(t, validateBounds("size_bounds", bounds), "`size_bounds` must hold at most 200 numbers, got 201")
}

func TestBounds(t *testing.T) {
	bounds := func(cfg *Config) map[string][]float64 {
		all := map[string][]float64{}
		for _, m := range cfg.aggregateOptions().Metrics {
			if m.Kind == aggregate.Histogram {
				all[string(contract.Schemas[m.Schema])+" "+m.Name] = m.Bounds
			} else {
				assert.Nil(t, m.Bounds)
			}
		}
		return all
	}
	cfg := createDefaultConfig().(*Config)
	got := bounds(cfg)
	assert.Len(t, got, 6)
	for name, list := range got {
		require.NoError(t, validateBounds(name, list))
	}
	assert.Equal(t, envoyBounds, got["istio istio_request_duration_milliseconds"])
	assert.Equal(t, envoyBounds, got["istio istio_request_bytes"])
	assert.Equal(t, istio13DurationBounds, got["istio-1.3 istio_request_duration_seconds"])
	assert.Equal(t, istio13SizeBounds, got["istio-1.3 istio_request_bytes"])

	cfg.Histogram.SizeBounds, cfg.Histogram.DurationBounds = []float64{1}, []float64{5, 250}
	got = bounds(cfg)
	assert.Equal(t, []float64{5, 250}, got["istio istio_request_duration_milliseconds"])
	assert.Equal(t, []float64{.005, .25}, got["istio-1.3 istio_request_duration_seconds"], "the same times")
	assert.Equal(t, []float64{1}, got["istio istio_request_bytes"])
	assert.Equal(t, []float64{1}, got["istio-1.3 istio_request_bytes"])
}
