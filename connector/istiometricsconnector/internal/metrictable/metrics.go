// SPDX-License-Identifier: Apache-2.0

package metrictable

import (
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

var fieldOf = [contract.NumMeasures]aggregate.Field{
	contract.Requests:          aggregate.One,
	contract.Duration:          Duration,
	contract.RequestSize:       BytesReceived,
	contract.ResponseSize:      BytesSent,
	contract.RequestMessages:   MessagesReceived,
	contract.ResponseMessages:  MessagesSent,
	contract.ConnectionsOpened: aggregate.One,
	contract.ConnectionsClosed: aggregate.One,
	contract.SentBytes:         BytesSent,
	contract.ReceivedBytes:     BytesReceived,
}

// New returns options with the schemas, but no metrics.
func New() aggregate.Options {
	o := aggregate.Options{Optional: optional}
	for _, s := range contract.Schemas {
		o.Schemas = append(o.Schemas, string(s))
	}
	return o
}

// Metric says how a metric of a schema, an index in contract.Schemas, is made. The
// bounds are those of its explicit buckets if it is a histogram.
func Metric(schema int, m contract.Metric, bounds []float64) aggregate.Metric {
	made := aggregate.Metric{
		Name: m.Name, Unit: m.Unit, Description: m.Description,
		Field: fieldOf[m.Measure], Divisor: divisor(m), Protocol: m.Protocol, Schema: uint8(schema),
		Addressed: m.Addressed, CountsClosed: m.Measure == contract.ConnectionsClosed,
	}
	if m.Histogram {
		made.Kind, made.Bounds = aggregate.Histogram, bounds
	}
	return made
}

// divisor turns whole nanoseconds or bytes into the unit of the metric.
func divisor(m contract.Metric) float64 {
	switch {
	case m.Measure != contract.Duration:
		return 1
	case m.Seconds:
		return 1e9
	default:
		return 1e6
	}
}
