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
	"github.com/otelcol-istio/otelcol-istio/internal/adder"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
)

// telemetry says what the connector itself does. metadata.yaml describes each metric.
type telemetry struct {
	builder *metadata.TelemetryBuilder

	outside, inside, noContract, unknownVersion adder.Adder
	sent, tooMany, refused                      adder.Adder
	overflowedRecords, expiredRows              adder.Adder
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
	outcome := func(value string) adder.Adder {
		return adder.New(b.ConnectorIstioEgressRecords, attribute.String("outcome", value))
	}
	result := func(value string) adder.Adder {
		return adder.New(b.ConnectorIstioEgressFirstContacts, attribute.String("result", value))
	}
	return &telemetry{
		builder: b,
		outside: outcome("outside"), inside: outcome("inside"), noContract: outcome("no_contract"), unknownVersion: outcome("unknown_version"),
		sent: result("sent"), tooMany: result("too_many"), refused: result("refused"),
		overflowedRecords: adder.New(b.ConnectorIstioEgressOverflowedRecords),
		expiredRows:       adder.New(b.ConnectorIstioEgressExpiredRows),
	}, nil
}

// consumed adds what became of a request.
func (t *telemetry) consumed(ctx context.Context, o *reader.Outcomes, before, after *ledger.Stats) {
	t.outside.Add(ctx, o.Outside)
	t.inside.Add(ctx, o.Inside)
	t.noContract.Add(ctx, o.NoContract)
	t.unknownVersion.Add(ctx, o.UnknownVersion)
	t.changed(ctx, before, after)
}

// changed adds what became of the ledger. A record ends a row, too, if its series have
// ended already.
func (t *telemetry) changed(ctx context.Context, before, after *ledger.Stats) {
	t.tooMany.Add(ctx, after.ContactsNotTold-before.ContactsNotTold)
	t.overflowedRecords.Add(ctx, after.Overflow-before.Overflow)
	t.expiredRows.Add(ctx, after.Expired-before.Expired)
}

// contacts adds what became of log records of first contacts.
func (t *telemetry) contacts(ctx context.Context, n int, err error) {
	result := t.sent
	if err != nil {
		result = t.refused
	}
	result.Add(ctx, int64(n))
}

// Flushed counts a flush.
func (t *telemetry) Flushed(ctx context.Context, failed bool) {
	t.builder.ConnectorIstioEgressFlushes.Add(ctx, 1)
	if failed {
		t.builder.ConnectorIstioEgressFlushFailures.Add(ctx, 1)
	}
}

// Ended is told by rows, which are counted.
func (*telemetry) Ended(context.Context, *aggregate.Stats, *aggregate.Stats) {}

// Lost counts records whose counts went nowhere.
func (t *telemetry) Lost(ctx context.Context, records int64) {
	t.builder.ConnectorIstioEgressLostRecords.Add(ctx, records)
}

// storageFailed counts a write that the storage refused.
func (t *telemetry) storageFailed(ctx context.Context) {
	t.builder.ConnectorIstioEgressStorageFailures.Add(ctx, 1)
}

// setAside counts a stored state that is of no use.
func (t *telemetry) setAside(ctx context.Context) {
	t.builder.ConnectorIstioEgressStateSetAside.Add(ctx, 1)
}

func (t *telemetry) shutdown() { t.builder.Shutdown() }
