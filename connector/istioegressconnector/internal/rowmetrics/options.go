// SPDX-License-Identifier: Apache-2.0

package rowmetrics

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// The numbers of an observation.
const (
	requests aggregate.Field = iota
	connections
	sentBytes
	receivedBytes
	// seen is a time, in nanoseconds since the Unix epoch.
	seen
)

// Options of a State that has the metrics of rows. Its series are bounded by the rows.
func Options() aggregate.Options {
	return aggregate.Options{
		Schemas: []string{"istio_egress"},
		Metrics: []aggregate.Metric{
			metric(egress.RequestsTotal, aggregate.Counter, requests),
			metric(egress.ConnectionsTotal, aggregate.Counter, connections),
			metric(egress.SentBytesTotal, aggregate.Counter, sentBytes),
			metric(egress.ReceivedBytesTotal, aggregate.Counter, receivedBytes),
			metric(egress.FirstSeen, aggregate.Minimum, seen),
			metric(egress.LastSeen, aggregate.Maximum, seen),
		},
		// A row has requests or connections. What is absent begins no series.
		Optional: [aggregate.NumFields]bool{requests: true, connections: true, sentBytes: true, receivedBytes: true},
		Pinned:   true,
	}
}

func metric(m egress.Metric, kind aggregate.Kind, field aggregate.Field) aggregate.Metric {
	made := aggregate.Metric{Name: m.Name, Unit: m.Unit, Description: m.Description, Kind: kind, Field: field, Divisor: 1}
	if m.Gauge {
		made.Divisor = float64(time.Second)
	}
	return made
}
