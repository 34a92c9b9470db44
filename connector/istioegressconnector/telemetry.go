// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/reader"
)

// telemetry says what the connector itself does. metadata.yaml describes each metric.
type telemetry struct {
	builder *metadata.TelemetryBuilder
}

// newTelemetry makes the instruments; stats tells about the ledger.
func newTelemetry(set component.TelemetrySettings, maxRows int, stats func() ledger.Stats) (*telemetry, error) {
	b, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		b.RegisterConnectorIstioEgressRowsCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(stats().Rows))
			return nil
		}),
		b.RegisterConnectorIstioEgressRowsLimitCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(maxRows))
			return nil
		}),
	)
	if err != nil {
		b.Shutdown()
		return nil, err
	}
	return &telemetry{b}, nil
}

// Values of the attributes.
var (
	outside        = option("outcome", "outside")
	inside         = option("outcome", "inside")
	noContract     = option("outcome", "no_contract")
	unknownVersion = option("outcome", "unknown_version")
	sent           = option("result", "sent")
	tooMany        = option("result", "too_many")
	refused        = option("result", "refused")
)

func option(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}

// consumed adds what became of a request.
func (t *telemetry) consumed(ctx context.Context, o *reader.Outcomes, before, after *ledger.Stats) {
	records, contacts := t.builder.ConnectorIstioEgressRecords, t.builder.ConnectorIstioEgressFirstContacts
	add(ctx, records, o.Outside, outside)
	add(ctx, records, o.Inside, inside)
	add(ctx, records, o.NoContract, noContract)
	add(ctx, records, o.UnknownVersion, unknownVersion)
	add(ctx, contacts, after.ContactsNotTold-before.ContactsNotTold, tooMany)
	add(ctx, t.builder.ConnectorIstioEgressOverflowedRecords, after.Overflow-before.Overflow)
}

// contacts adds what became of log records of first contacts.
func (t *telemetry) contacts(ctx context.Context, n int, err error) {
	result := sent
	if err != nil {
		result = refused
	}
	add(ctx, t.builder.ConnectorIstioEgressFirstContacts, int64(n), result)
}

func (t *telemetry) expired(ctx context.Context, n int64) {
	add(ctx, t.builder.ConnectorIstioEgressExpiredRows, n)
}

func (t *telemetry) shutdown() { t.builder.Shutdown() }

func add(ctx context.Context, c metric.Int64Counter, n int64, o ...metric.MeasurementOption) {
	if n == 0 {
		return
	}
	options := make([]metric.AddOption, len(o))
	for i := range o {
		options[i] = o[i]
	}
	c.Add(ctx, n, options...)
}
