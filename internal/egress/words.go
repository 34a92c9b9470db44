// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"fmt"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Decision says what Istio did with the traffic.
type Decision uint8

// The decisions.
const (
	// NoDecision is that of a query for any.
	NoDecision Decision = iota
	// Blocked traffic went to BlackHoleCluster or was answered by block_all.
	Blocked
	// Passed traffic left the mesh without a ServiceEntry, to PassthroughCluster or
	// allow_any.
	Passed
	// Allowed traffic went to the cluster of a ServiceEntry.
	Allowed

	// NumDecisions is the number of decisions, NoDecision included.
	NumDecisions
)

var decisions = [NumDecisions]string{NoDecision: "", Blocked: "blocked", Passed: "passed", Allowed: "allowed"}

// String is the decision as it is written everywhere.
func (d Decision) String() string { return word(decisions[:], uint8(d)) }

// MarshalText implements encoding.TextMarshaler.
func (d Decision) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. Empty is NoDecision.
func (d *Decision) UnmarshalText(text []byte) error {
	return unmarshalWord((*uint8)(d), "decision", decisions[:], text)
}

// Traffic is the kind of traffic; see contract.Traffic.
type Traffic uint8

// The kinds of traffic.
const (
	// NoTraffic is that of overflow rows, and of a query for any.
	NoTraffic Traffic = iota
	HTTP
	GRPC
	TLS
	TCP

	numTraffic
)

var kinds = [numTraffic]string{
	NoTraffic: string(contract.TrafficStays),
	HTTP:      string(contract.TrafficHTTP),
	GRPC:      string(contract.TrafficGRPC),
	TLS:       string(contract.TrafficTLS),
	TCP:       string(contract.TrafficTCP),
}

// String is the kind as it is written everywhere.
func (t Traffic) String() string { return word(kinds[:], uint8(t)) }

// MarshalText implements encoding.TextMarshaler.
func (t Traffic) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. Empty is NoTraffic.
func (t *Traffic) UnmarshalText(text []byte) error {
	return unmarshalWord((*uint8)(t), "kind of traffic", kinds[:], text)
}

// ParseTraffic is the kind of this name, NoTraffic if there is none.
func ParseTraffic(name string) Traffic { return Traffic(max(slices.Index(kinds[:], name), 0)) }

// word is one of a list, empty if the number is none of it.
func word(words []string, n uint8) string {
	if int(n) >= len(words) {
		return ""
	}
	return words[n]
}

// UnknownWordError is returned for a text that is none of the words of a list.
type UnknownWordError struct {
	// List is what the list has.
	List, Word string
}

// Error implements error.
func (e *UnknownWordError) Error() string { return fmt.Sprintf("no %s is called %q", e.List, e.Word) }

func unmarshalWord(n *uint8, what string, words []string, text []byte) error {
	i := slices.Index(words, string(text))
	if i < 0 {
		return &UnknownWordError{what, string(text)}
	}
	*n = uint8(i)
	return nil
}
