// SPDX-License-Identifier: Apache-2.0

// Package adder adds to counters of a component's own telemetry. Attributes are made
// once: a request adds to several counters.
package adder // import "github.com/otelcol-istio/otelcol-istio/internal/adder"

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Adder is a counter with its attributes.
type Adder struct {
	counter metric.Int64Counter
	options []metric.AddOption
}

// New returns an adder.
func New(c metric.Int64Counter, attributes ...attribute.KeyValue) Adder {
	return Adder{c, []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attributes...))}}
}

// Add adds a number, unless it is 0: that would make a series where there is none.
func (a Adder) Add(ctx context.Context, n int64) {
	if n != 0 {
		a.counter.Add(ctx, n, a.options...)
	}
}
