package aggregate

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Field is one of the numbers that a record brings with it.
type Field uint8

const (
	// Duration is the time of a request in nanoseconds.
	Duration Field = iota
	// BytesReceived came from the downstream.
	BytesReceived
	// BytesSent went to the downstream.
	BytesSent
	// MessagesReceived counts gRPC messages of the request.
	MessagesReceived
	// MessagesSent counts gRPC messages of the response.
	MessagesSent

	// NumFields is the number of fields.
	NumFields
)

// one marks a measure that adds one for each record, whatever its fields.
const one = NumFields

var fieldAttributes = [NumFields]string{
	Duration:         contract.AttrDuration,
	BytesReceived:    contract.AttrBytesReceived,
	BytesSent:        contract.AttrBytesSent,
	MessagesReceived: contract.AttrMessagesReceived,
	MessagesSent:     contract.AttrMessagesSent,
}

// String is the name of the field's attribute without the contract's prefix.
func (f Field) String() string {
	return strings.TrimPrefix(fieldAttributes[f], contract.Prefix)
}

// optional fields are absent from most records, which then lack nothing:
// a log has gRPC message counts only if its format asks for them.
func (f Field) optional() bool {
	return f == MessagesReceived || f == MessagesSent
}

// Values of a field that are no observation.
const (
	// Absent says that the record does not have the field.
	Absent int64 = -1
	// Invalid says that what stands there is no integer, or negative.
	Invalid int64 = -2
)

// Values holds one value for each field.
type Values [NumFields]int64

// NoValues has all fields absent.
var NoValues = Values{Absent, Absent, Absent, Absent, Absent}

// Observation is what one record adds to its set of labels.
type Observation struct {
	Values Values
	// Addresses may point into memory that is used again: what is kept of them
	// is copied.
	Addresses Addresses
	// Trace is all zero where the record belongs to no trace.
	Trace [16]byte
	Span  [8]byte
	// Closed marks the end of a connection that was never established: only
	// the counter of closed connections moves.
	Closed bool
}

// Batch is a list of observations in groups that share a set of labels. Its
// buffers are used again after Reset, so that filling a batch of the usual
// size allocates nothing. It is not safe for concurrent use.
type Batch struct {
	keys         []byte
	groups       []group
	observations []Observation
}

type group struct {
	key         KeyRef
	first, last int
}

// KeyRef names a key within a Batch.
type KeyRef struct {
	from, to int
	bounded  uint64
}

// PutKey appends a key, which build writes by appending to what it is given.
// bounded tells which of its labels may lose their value's slot: bit i is for
// the label that stands after i others, PeerBit for a peer.
func (b *Batch) PutKey(bounded uint64, build func(dst []byte) []byte) KeyRef {
	from := len(b.keys)
	b.keys = build(b.keys)
	return KeyRef{from, len(b.keys), bounded}
}

// Add appends an observation to the set that key names, and returns it to be
// filled in: it has no values, no address and no trace. The pointer is valid
// until the next Add.
func (b *Batch) Add(key KeyRef) *Observation {
	n := len(b.observations)
	if g := len(b.groups); g > 0 && b.groups[g-1].key.from == key.from {
		b.groups[g-1].last = n + 1
	} else {
		b.groups = append(b.groups, group{key, n, n + 1})
	}
	b.observations = slices.Grow(b.observations, 1)[:n+1] // zero: Reset left it so
	o := &b.observations[n]
	o.Values = NoValues
	return o
}

// Len is the number of observations.
func (b *Batch) Len() int { return len(b.observations) }

// At is an observation by its index, in order of Add.
func (b *Batch) At(i int) *Observation { return &b.observations[i] }

// Reset empties the batch and lets go of the strings it pointed to.
func (b *Batch) Reset() {
	clear(b.observations)
	b.keys, b.groups, b.observations = b.keys[:0], b.groups[:0], b.observations[:0]
}
