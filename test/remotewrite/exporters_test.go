// SPDX-License-Identifier: Apache-2.0

package remotewrite

import (
	"context"
	"testing"

	contrib "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusremotewriteexporter"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"
)

// Messages of the protocols.
const (
	message1 = "prometheus.WriteRequest"
	message2 = "io.prometheus.write.v2.Request"
)

// writeOurs returns what a server gets of metrics from our exporter.
func writeOurs(t *testing.T, message string, all []pmetric.Metrics) map[string]*written {
	t.Helper()
	return write(t, remotewriteexporter.NewFactory(), map[string]any{"protobuf_message": message}, all)
}

// writeContrib returns what a server gets of metrics from contrib's exporter,
// which has the settings that fit Istio's metrics: no labels of the scope and no
// target_info.
func writeContrib(t *testing.T, message string, all []pmetric.Metrics) map[string]*written {
	t.Helper()
	return write(t, contrib.NewFactory(), map[string]any{
		"protobuf_message":              message,
		"max_batch_request_parallelism": 1,
		"disable_scope_info":            true,
		"target_info":                   map[string]any{"enabled": false},
	}, all)
}

func write(t *testing.T, factory exporter.Factory, settings map[string]any, all []pmetric.Metrics) map[string]*written {
	t.Helper()
	s := newSink(t)
	cfg := factory.CreateDefaultConfig()
	settings["http"] = map[string]any{"endpoint": s.url}
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	e, err := factory.CreateMetrics(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	for _, md := range all {
		require.NoError(t, e.ConsumeMetrics(t.Context(), clone(md)))
	}
	require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context())))
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.series
}

func clone(md pmetric.Metrics) pmetric.Metrics {
	c := pmetric.NewMetrics()
	md.CopyTo(c)
	return c
}
