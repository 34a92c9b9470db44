// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"context"
	"testing"

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

// Label runs the processor. It gets each request by itself, so that what comes out
// stands in the order of what went in.
func (c *Case) Label(t *testing.T) []plog.Logs {
	t.Helper()
	factory := istiolabelsprocessor.NewFactory()
	settings := factory.CreateDefaultConfig()
	load(t, settings, c.config.Processor)
	sink := new(consumertest.LogsSink)
	p, err := factory.CreateLogs(t.Context(), processor.Settings{
		ID:                component.NewID(factory.Type()),
		TelemetrySettings: processortest.NewNopSettings(factory.Type()).TelemetrySettings,
	}, settings, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	for _, request := range c.Requests {
		copied := plog.NewLogs()
		request.CopyTo(copied)
		require.NoError(t, p.ConsumeLogs(t.Context(), copied))
	}
	require.NoError(t, p.Shutdown(context.WithoutCancel(t.Context())))
	return sink.AllLogs()
}

// Count runs the connector on what Label returned.
func (c *Case) Count(t *testing.T, labelled []plog.Logs) *consumertest.MetricsSink {
	t.Helper()
	factory := istiometricsconnector.NewFactory()
	settings := factory.CreateDefaultConfig()
	load(t, settings, c.config.Connector)
	sink := new(consumertest.MetricsSink)
	con, err := factory.CreateLogsToMetrics(t.Context(), connector.Settings{
		ID:                component.NewID(factory.Type()),
		TelemetrySettings: connectortest.NewNopSettings(factory.Type()).TelemetrySettings,
	}, settings, sink)
	require.NoError(t, err)
	require.NoError(t, con.Start(t.Context(), componenttest.NewNopHost()))
	for _, request := range labelled {
		require.NoError(t, con.ConsumeLogs(t.Context(), request))
	}
	require.NoError(t, con.Shutdown(context.WithoutCancel(t.Context())))
	return sink
}
