// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadata"
)

// telemetry says what the connector itself does. metadata.yaml describes each
// metric; attributes are made once, since a request adds to several.
type telemetry struct {
	builder *metadata.TelemetryBuilder

	counted, notCounted, noContract, noVerdict    adder
	unknownVersion, unknownSchema                 adder
	badName, surplus, length, characters, badSlot adder
	incomplete                                    [aggregate.NumFields]adder
	endedSets, endedAddresses                     [aggregate.NumCauses]adder
}

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
		counted:        newAdder(b.ConnectorIstioMetricsRecords, "outcome", "counted"),
		noContract:     newAdder(b.ConnectorIstioMetricsRecords, "outcome", "no_contract"),
		noVerdict:      newAdder(b.ConnectorIstioMetricsRecords, "outcome", "no_verdict"),
		notCounted:     newAdder(b.ConnectorIstioMetricsRecords, "outcome", "not_counted"),
		unknownVersion: newAdder(b.ConnectorIstioMetricsRecords, "outcome", "unknown_version"),
		unknownSchema:  newAdder(b.ConnectorIstioMetricsRecords, "outcome", "unknown_schema"),
		badName:        newAdder(b.ConnectorIstioMetricsBadLabels, "reason", "name"),
		surplus:        newAdder(b.ConnectorIstioMetricsBadLabels, "reason", "surplus"),
		badSlot:        newAdder(b.ConnectorIstioMetricsBadLabels, "reason", "slot"),
		length:         newAdder(b.ConnectorIstioMetricsBadLabels, "reason", "length"),
		characters:     newAdder(b.ConnectorIstioMetricsBadLabels, "reason", "characters"),
	}
	for f := range aggregate.NumFields {
		t.incomplete[f] = newAdder(b.ConnectorIstioMetricsIncompleteObservations, "field", f.String())
	}
	for c := range aggregate.NumCauses {
		t.endedSets[c] = newAdder(b.ConnectorIstioMetricsEndedLabelSets, "cause", c.String())
		t.endedAddresses[c] = newAdder(b.ConnectorIstioMetricsEndedAddresses, "cause", c.String())
	}
	return t, nil
}

// consumed adds what became of a request.
func (t *telemetry) consumed(ctx context.Context, outcomes *contractreader.Outcomes, before, after *aggregate.Stats) {
	t.counted.add(ctx, outcomes.Counted)
	t.noContract.add(ctx, outcomes.NoContract)
	t.noVerdict.add(ctx, outcomes.NoVerdict)
	t.notCounted.add(ctx, outcomes.NotCounted)
	t.unknownVersion.add(ctx, outcomes.UnknownVersion)
	t.unknownSchema.add(ctx, outcomes.UnknownSchema)
	t.badName.add(ctx, outcomes.RefusedNames)
	t.surplus.add(ctx, outcomes.SurplusNames)
	t.badSlot.add(ctx, outcomes.BadSlots)
	t.length.add(ctx, outcomes.CutValues)
	t.characters.add(ctx, after.Cleaned-before.Cleaned)
	for f := range t.incomplete {
		t.incomplete[f].add(ctx, after.Incomplete[f]-before.Incomplete[f])
	}
	if n := after.Overflowed - before.Overflowed; n != 0 {
		t.builder.ConnectorIstioMetricsOverflowedRecords.Add(ctx, n)
	}
}

// ended adds what a flush ended.
func (t *telemetry) ended(ctx context.Context, before, after *aggregate.Stats) {
	for c := range aggregate.NumCauses {
		t.endedSets[c].add(ctx, after.EndedSets[c]-before.EndedSets[c])
		t.endedAddresses[c].add(ctx, after.EndedAddresses[c]-before.EndedAddresses[c])
	}
}

// flushed counts a flush.
func (t *telemetry) flushed(ctx context.Context, failed bool) {
	t.builder.ConnectorIstioMetricsFlushes.Add(ctx, 1)
	if failed {
		t.builder.ConnectorIstioMetricsFlushFailures.Add(ctx, 1)
	}
}

// lost counts records whose counts went nowhere.
func (t *telemetry) lost(ctx context.Context, records int64) {
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

// adder is a counter with its attribute.
type adder struct {
	counter metric.Int64Counter
	options []metric.AddOption
}

func newAdder(c metric.Int64Counter, key, value string) adder {
	set := attribute.NewSet(attribute.String(key, value))
	return adder{c, []metric.AddOption{metric.WithAttributeSet(set)}}
}

func (a adder) add(ctx context.Context, n int64) {
	if n != 0 {
		a.counter.Add(ctx, n, a.options...)
	}
}
