// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelcol-istio/otelcol-istio/internal/adder"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

// telemetry counts what the handler does. Attributes are made once.
type telemetry struct {
	entries   [numOutcomes][entry.NumKinds]adder.Adder
	problems  [numProblems]adder.Adder
	overflows [numOverflows]adder.Adder
	reasons   [numReasons]adder.Adder
	repaired  [entry.NumKinds]adder.Adder
	malformed adder.Adder
}

func newTelemetry(b *metadata.TelemetryBuilder) *telemetry {
	t := new(telemetry)
	for o, name := range outcomeNames {
		for k := range entry.NumKinds {
			t.entries[o][k] = adder.New(b.ReceiverEnvoyAccessLogEntries, attribute.String("outcome", name), attribute.String("entry", k.String()))
		}
	}
	for k := range entry.NumKinds {
		t.repaired[k] = adder.New(b.ReceiverEnvoyAccessLogRepairedEntries, attribute.String("entry", k.String()))
	}
	t.malformed = adder.New(b.ReceiverEnvoyAccessLogMalformedMessages)
	for i, name := range problemNames {
		t.problems[i] = adder.New(b.ReceiverEnvoyAccessLogBadIdentifiers, attribute.String("problem", name))
	}
	for i, name := range overflowNames {
		t.overflows[i] = adder.New(b.ReceiverEnvoyAccessLogPairingOverflows, attribute.String("action", name))
	}
	for i, name := range reasonNames {
		t.reasons[i] = adder.New(b.ReceiverEnvoyAccessLogAlsStreamsEnded, attribute.String("reason", name))
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
			t.entries[o][k].Add(ctx, n)
		}
	}
	for i, n := range counts.overflows {
		t.overflows[i].Add(ctx, n)
	}
	for k, n := range counts.repaired {
		t.repaired[k].Add(ctx, n)
	}
	t.malformed.Add(ctx, counts.malformed)
}
