// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

// telemetry counts what the handler does. Attributes are made once.
type telemetry struct {
	entries   [numOutcomes][entry.NumKinds]adder
	problems  [numProblems]adder
	overflows [numOverflows]adder
	reasons   [numReasons]adder
	repaired  [entry.NumKinds]adder
	malformed adder
}

func newTelemetry(b *metadata.TelemetryBuilder) *telemetry {
	t := new(telemetry)
	for o, name := range outcomeNames {
		for k := range entry.NumKinds {
			t.entries[o][k] = newAdder(b.ReceiverEnvoyAccessLogEntries, attribute.String("outcome", name), attribute.String("entry", k.String()))
		}
	}
	for k := range entry.NumKinds {
		t.repaired[k] = newAdder(b.ReceiverEnvoyAccessLogRepairedEntries, attribute.String("entry", k.String()))
	}
	t.malformed = newAdder(b.ReceiverEnvoyAccessLogMalformedMessages)
	for i, name := range problemNames {
		t.problems[i] = newAdder(b.ReceiverEnvoyAccessLogBadIdentifiers, attribute.String("problem", name))
	}
	for i, name := range overflowNames {
		t.overflows[i] = newAdder(b.ReceiverEnvoyAccessLogPairingOverflows, attribute.String("action", name))
	}
	for i, name := range reasonNames {
		t.reasons[i] = newAdder(b.ReceiverEnvoyAccessLogAlsStreamsEnded, attribute.String("reason", name))
	}
	return t
}

// tally counts what became of the entries of one message.
type tally struct {
	entries   [numOutcomes][entry.NumKinds]int64
	overflows [numOverflows]int64
	repaired  [entry.NumKinds]int64
	// malformed is 1 for a message of which some part could not be read.
	malformed int64
}

func (t *telemetry) add(ctx context.Context, counts *tally) {
	for o := range counts.entries {
		for k, n := range counts.entries[o] {
			t.entries[o][k].add(ctx, n)
		}
	}
	for i, n := range counts.overflows {
		t.overflows[i].add(ctx, n)
	}
	for k, n := range counts.repaired {
		t.repaired[k].add(ctx, n)
	}
	t.malformed.add(ctx, counts.malformed)
}

// adder is a counter with its attributes.
type adder struct {
	counter metric.Int64Counter
	options []metric.AddOption
}

func newAdder(c metric.Int64Counter, attributes ...attribute.KeyValue) adder {
	return adder{c, []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attributes...))}}
}

func (a adder) add(ctx context.Context, n int64) {
	if n != 0 {
		a.counter.Add(ctx, n, a.options...)
	}
}
