package als

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// outcome is what becomes of an entry. metadata.yaml describes each.
type outcome uint8

const (
	accepted outcome = iota
	duplicate
	otherKind
	// Those from here on are lost.
	refused
	malformed
	noMemory
	tooDeep
	tooLargeEntry
	tooManyAttributes
	tooManyEntries
	tooMuchMemory
	senderMismatch
	senderUnverified

	numOutcomes
)

var outcomeNames = [numOutcomes]string{
	"accepted", "duplicate", "other_kind", "refused", "malformed", "in_flight_memory",
	"too_deep", "too_large", "too_many_attributes", "too_many_entries", "too_much_memory",
	sender.Mismatch, sender.Unverified,
}

// problem of an identifier.
type problem uint8

const (
	missing problem = iota
	noNodeID
	tooLong
	invalidUTF8
	malformedIdentifier
	noMemoryIdentifier
	tooLargeIdentifier

	numProblems
)

var problemNames = [numProblems]string{"missing", "no_node_id", "too_long", "invalid_utf8", "malformed", "in_flight_memory", "too_large"}

// overflow is what was done for lack of memory.
type overflow uint8

const (
	passed overflow = iota
	forgotten

	numOverflows
)

var overflowNames = [numOverflows]string{"passed", "forgotten"}

// reason for which a stream ended.
type reason uint8

const (
	byClient reason = iota
	canceled
	tooLarge
	invalid
	ofAge
	shutdown

	numReasons
)

var reasonNames = [numReasons]string{"client", "canceled", "too_large", "invalid", "age", "shutdown"}

// telemetry says what the handler does. Attributes are made once.
type telemetry struct {
	builder   *metadata.TelemetryBuilder
	entries   [numOutcomes][entry.NumKinds]adder
	problems  [numProblems]adder
	overflows [numOverflows]adder
	reasons   [numReasons]adder
	repaired  [entry.NumKinds]adder
	malformed adder
}

// newTelemetry makes the instruments; h tells about what it holds.
func newTelemetry(set component.TelemetrySettings, h *Handler) (*telemetry, error) {
	b, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	observe := func(value func() int64) metric.Int64Callback {
		return func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(value())
			return nil
		}
	}
	err = errors.Join(
		b.RegisterReceiverEnvoyAccessLogStreamsCallback(observe(h.streams.Load)),
		b.RegisterReceiverEnvoyAccessLogNodesCallback(observe(func() int64 { return h.pairing.Stats().Nodes })),
		b.RegisterReceiverEnvoyAccessLogWaitingEntriesCallback(observe(func() int64 { return h.pairing.Stats().Waiting })),
		b.RegisterReceiverEnvoyAccessLogPairingBytesCallback(observe(func() int64 { return h.pairing.Stats().Bytes })),
		b.RegisterReceiverEnvoyAccessLogPairingBytesLimitCallback(observe(func() int64 { return h.options.MaxBytes })),
	)
	if err != nil {
		b.Shutdown()
		return nil, err
	}
	t := &telemetry{builder: b}
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
		t.reasons[i] = newAdder(b.ReceiverEnvoyAccessLogStreamsEnded, attribute.String("reason", name))
	}
	return t, nil
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
