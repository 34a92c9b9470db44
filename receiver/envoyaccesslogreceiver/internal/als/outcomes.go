// SPDX-License-Identifier: Apache-2.0

package als

import (
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
