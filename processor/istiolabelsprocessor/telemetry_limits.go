// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"errors"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
)

// registerLimits makes the limiters tell about themselves when they are asked.
func registerLimits(b *metadata.TelemetryBuilder, limiters []*limit.Limiter, clock func() int64) error {
	all := func(tell func(*limit.Limiter, observer)) metric.Int64Callback {
		return func(_ context.Context, o metric.Int64Observer) error {
			for _, l := range limiters {
				tell(l, observer{o, l.Label()})
			}
			return nil
		}
	}
	each := func(tell func(limit.Stats, observer)) metric.Int64Callback {
		return all(func(l *limit.Limiter, o observer) { tell(l.Stats(clock()), o) })
	}
	return errors.Join(
		b.RegisterProcessorIstioLabelsLimitCallback(each(func(s limit.Stats, o observer) { o.is(int64(s.Limit)) })),
		b.RegisterProcessorIstioLabelsLimitAdmittedCallback(each(func(s limit.Stats, o observer) { o.is(s.Admitted) })),
		b.RegisterProcessorIstioLabelsLimitDistinctCallback(all(func(l *limit.Limiter, o observer) { o.is(int64(l.Distinct())) })),
		b.RegisterProcessorIstioLabelsLimitReservedCallback(each(func(s limit.Stats, o observer) { o.is(s.Reserved) })),
		b.RegisterProcessorIstioLabelsLimitEvictedCallback(each(func(s limit.Stats, o observer) {
			o.is(s.EvictedIdle, attribute.String("reason", "idle"))
			o.is(s.EvictedOutranked, attribute.String("reason", "outranked"))
		})),
		b.RegisterProcessorIstioLabelsLimitValuesCallback(each(func(s limit.Stats, o observer) { o.is(int64(s.Live)) })),
		b.RegisterProcessorIstioLabelsLimitFallbacksCallback(each(func(s limit.Stats, o observer) {
			o.is(s.Network, attribute.String("fallback", "network"))
			for i, n := range s.Levels {
				o.is(n, attribute.String("fallback", "network_"+strconv.Itoa(i+1)))
			}
			o.is(s.Other, attribute.String("fallback", contract.Other))
		})),
	)
}

// observer tells values of one label.
type observer struct {
	metric.Int64Observer
	label string
}

func (o observer) is(value int64, more ...attribute.KeyValue) {
	o.Observe(value, metric.WithAttributes(append(more, attribute.String("label", o.label))...))
}
