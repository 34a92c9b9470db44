// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metrictable"
	"github.com/otelcol-istio/otelcol-istio/internal/adder"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
)

// telemetry says what the connector itself does. metadata.yaml describes each
// metric; attributes are made once, since a request adds to several.
type telemetry struct {
	builder *metadata.TelemetryBuilder

	counted, notCounted, noContract, noVerdict    adder.Adder
	unknownVersion, unknownSchema                 adder.Adder
	badName, surplus, length, characters, badSlot adder.Adder
	incomplete                                    [aggregate.NumFields]adder.Adder
	endedSets, endedAddresses                     [numCauses]adder.Adder
}

// numCauses is the number of causes for which series of this connector end. It pins
// none.
const numCauses = aggregate.Unpinned

// newTelemetry makes the instruments; stats tells about the series in memory,
// of which there may be so many.
func newTelemetry(set component.TelemetrySettings, maxSeries int, stats func() aggregate.Stats) (*telemetry, error) {
	b, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	observe := func(value func(aggregate.Stats) int) metric.Int64Callback {
		return func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(value(stats())))
			return nil
		}
	}
	err = errors.Join(
		b.RegisterConnectorIstioMetricsLabelSetsCallback(observe(func(s aggregate.Stats) int { return s.Sets })),
		b.RegisterConnectorIstioMetricsAddressesCallback(observe(func(s aggregate.Stats) int { return s.Addresses })),
		b.RegisterConnectorIstioMetricsSeriesCallback(observe(func(s aggregate.Stats) int { return s.Series })),
		b.RegisterConnectorIstioMetricsSeriesCommittedCallback(observe(func(s aggregate.Stats) int { return s.Committed })),
		b.RegisterConnectorIstioMetricsSeriesLimitCallback(observe(func(aggregate.Stats) int { return maxSeries })),
	)
	if err != nil {
		b.Shutdown()
		return nil, err
	}
	t := &telemetry{
		builder:        b,
		counted:        adder.New(b.ConnectorIstioMetricsRecords, attribute.String("outcome", "counted")),
		noContract:     adder.New(b.ConnectorIstioMetricsRecords, attribute.String("outcome", "no_contract")),
		noVerdict:      adder.New(b.ConnectorIstioMetricsRecords, attribute.String("outcome", "no_verdict")),
		notCounted:     adder.New(b.ConnectorIstioMetricsRecords, attribute.String("outcome", "not_counted")),
		unknownVersion: adder.New(b.ConnectorIstioMetricsRecords, attribute.String("outcome", "unknown_version")),
		unknownSchema:  adder.New(b.ConnectorIstioMetricsRecords, attribute.String("outcome", "unknown_schema")),
		badName:        adder.New(b.ConnectorIstioMetricsBadLabels, attribute.String("reason", "name")),
		surplus:        adder.New(b.ConnectorIstioMetricsBadLabels, attribute.String("reason", "surplus")),
		badSlot:        adder.New(b.ConnectorIstioMetricsBadLabels, attribute.String("reason", "slot")),
		length:         adder.New(b.ConnectorIstioMetricsBadLabels, attribute.String("reason", "length")),
		characters:     adder.New(b.ConnectorIstioMetricsBadLabels, attribute.String("reason", "characters")),
	}
	for f := range t.incomplete {
		t.incomplete[f] = adder.New(b.ConnectorIstioMetricsIncompleteObservations, attribute.String("field", metrictable.FieldName(aggregate.Field(f))))
	}
	for c := range numCauses {
		t.endedSets[c] = adder.New(b.ConnectorIstioMetricsEndedLabelSets, attribute.String("cause", c.String()))
		t.endedAddresses[c] = adder.New(b.ConnectorIstioMetricsEndedAddresses, attribute.String("cause", c.String()))
	}
	return t, nil
}

// consumed adds what became of a request.
func (t *telemetry) consumed(ctx context.Context, outcomes *contractreader.Outcomes, before, after *aggregate.Stats) {
	t.counted.Add(ctx, outcomes.Counted)
	t.noContract.Add(ctx, outcomes.NoContract)
	t.noVerdict.Add(ctx, outcomes.NoVerdict)
	t.notCounted.Add(ctx, outcomes.NotCounted)
	t.unknownVersion.Add(ctx, outcomes.UnknownVersion)
	t.unknownSchema.Add(ctx, outcomes.UnknownSchema)
	t.badName.Add(ctx, outcomes.RefusedNames)
	t.surplus.Add(ctx, outcomes.SurplusNames)
	t.badSlot.Add(ctx, outcomes.BadSlots)
	t.length.Add(ctx, outcomes.CutValues)
	t.characters.Add(ctx, after.Cleaned-before.Cleaned)
	for f := range t.incomplete {
		t.incomplete[f].Add(ctx, after.Incomplete[f]-before.Incomplete[f])
	}
	if n := after.Overflowed - before.Overflowed; n != 0 {
		t.builder.ConnectorIstioMetricsOverflowedRecords.Add(ctx, n)
	}
}

// Ended adds what a flush ended.
func (t *telemetry) Ended(ctx context.Context, before, after *aggregate.Stats) {
	for c := range numCauses {
		t.endedSets[c].Add(ctx, after.EndedSets[c]-before.EndedSets[c])
		t.endedAddresses[c].Add(ctx, after.EndedAddresses[c]-before.EndedAddresses[c])
	}
}

// Flushed counts a flush.
func (t *telemetry) Flushed(ctx context.Context, failed bool) {
	t.builder.ConnectorIstioMetricsFlushes.Add(ctx, 1)
	if failed {
		t.builder.ConnectorIstioMetricsFlushFailures.Add(ctx, 1)
	}
}

// Lost counts records whose counts went nowhere.
func (t *telemetry) Lost(ctx context.Context, records int64) {
	t.builder.ConnectorIstioMetricsLostRecords.Add(ctx, records)
}

// storageFailed counts a write that the storage refused.
func (t *telemetry) storageFailed(ctx context.Context) {
	t.builder.ConnectorIstioMetricsStorageFailures.Add(ctx, 1)
}

// setAside counts a stored state that is of no use.
func (t *telemetry) setAside(ctx context.Context) {
	t.builder.ConnectorIstioMetricsStateSetAside.Add(ctx, 1)
}

func (t *telemetry) shutdown() { t.builder.Shutdown() }
