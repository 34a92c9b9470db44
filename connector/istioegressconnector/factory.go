// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadata"
)

// NewFactory creates a factory for the istio_egress connector.
func NewFactory() connector.Factory {
	s := new(shared)
	return connector.NewFactory(
		metadata.Type,
		createDefaultConfig,
		connector.WithLogsToLogs(s.createLogsToLogs, metadata.LogsToLogsStability),
		connector.WithLogsToMetrics(s.createLogsToMetrics, metadata.LogsToMetricsStability),
	)
}

func (s *shared) createLogsToLogs(_ context.Context, set connector.Settings, cfg component.Config, next consumer.Logs) (connector.Logs, error) {
	return s.output(set, cfg, func(c *istioEgress) { c.contacts.next = next })
}

func (s *shared) createLogsToMetrics(_ context.Context, set connector.Settings, cfg component.Config, next consumer.Metrics) (connector.Logs, error) {
	o, err := s.output(set, cfg, func(c *istioEgress) { c.flusher.Next = next })
	if err != nil {
		return nil, err
	}
	o.metrics = true
	return o, nil
}
