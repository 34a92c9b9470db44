// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"errors"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
)

// counts is what one request adds to self-telemetry. Its verdicts are in the order
// of contract.Verdicts.
type counts struct {
	verdicts                            [len(contract.Verdicts)]int64
	ambiguous, derived, removed, errors int64
}

// add counts one record.
func (c *counts) add(verdict contract.Verdict, ambiguous bool) {
	c.verdicts[slices.Index(contract.Verdicts[:], verdict)]++
	if ambiguous {
		c.ambiguous++
	}
}

// telemetry is the generated instruments and the attribute of each verdict,
// made once.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	options [len(contract.Verdicts)][]metric.AddOption
}

func newTelemetry(set component.TelemetrySettings, s *stages) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(registerLimits(builder, s.bounds.Limiters(), s.clock), registerNames(builder, s.names)); err != nil {
		builder.Shutdown()
		return nil, err
	}
	t := &telemetry{builder: builder}
	for i, v := range contract.Verdicts {
		t.options[i] = []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attribute.String("verdict", string(v))))}
	}
	return t, nil
}

func (t *telemetry) add(ctx context.Context, c *counts) {
	for i, n := range c.verdicts {
		if n > 0 {
			t.builder.ProcessorIstioLabelsRecords.Add(ctx, n, t.options[i]...)
		}
	}
	for _, counter := range []struct {
		instrument metric.Int64Counter
		n          int64
	}{
		{t.builder.ProcessorIstioLabelsAmbiguousRecords, c.ambiguous},
		{t.builder.ProcessorIstioLabelsLabelSetsDerived, c.derived},
		{t.builder.ProcessorIstioLabelsRemovedAttributes, c.removed},
		{t.builder.ProcessorIstioLabelsExpressionErrors, c.errors},
	} {
		if counter.n > 0 {
			counter.instrument.Add(ctx, counter.n)
		}
	}
}
