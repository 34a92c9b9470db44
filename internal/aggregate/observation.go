// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/reuse"
)

// Field is one of the numbers of an observation. Whoever makes observations says
// what each of them means.
type Field uint8

const (
	// NumFields is the most fields that there can be.
	NumFields = 5
	// One is the field of metrics that add one for each observation.
	One Field = NumFields
)

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

// Observation is what one record adds to the series of its labels.
type Observation struct {
	Values Values
	// Addresses may point into memory that is used again: what is kept of them
	// is copied.
	Addresses Addresses
	// AddressSlots are the slots of the addresses.
	AddressSlots AddressSlots
	// Trace is all zero where the record belongs to no trace.
	Trace [16]byte
	Span  [8]byte
	// Closed marks the end of a connection that was never established: only
	// the counter of closed connections moves.
	Closed bool
}

// Batch is a list of observations, in groups that have the same labels. Its
// buffers are used again after Reset, so that filling a batch of the usual
// size allocates nothing. It is not safe for concurrent use.
type Batch struct {
	keys         []byte
	slots        []Slot
	groups       []batchGroup
	observations []Observation
}

// batchGroup is observations with the same labels. Its fields are where its parts
// end in the slices of the batch: they begin where those of the group before end.
type batchGroup struct {
	labels                      Labels
	key, slots, observationsEnd int
}

// Labels say what the labels of observations are, beside their values.
type Labels struct {
	// Schema is the index of the labels' schema in Options.Schemas.
	Schema uint8
	// Incarnation names the run of the processor that gave the slots. It may point
	// into memory that is used again.
	Incarnation string
}

// Begin begins a group of observations. build writes the key of their labels by
// appending to what it is given. Slots are those of the labels' values, at most one
// for each label and each claimed peer.
func (b *Batch) Begin(l Labels, slots []Slot, build func(dst []byte) []byte) {
	b.keys = build(b.keys)
	b.slots = append(b.slots, slots...)
	b.groups = append(b.groups, batchGroup{l, len(b.keys), len(b.slots), len(b.observations)})
}

// Add appends an observation to the group that was begun last, and returns it to
// be filled in: it has no values, no address and no trace. The pointer is valid
// until the next Add.
func (b *Batch) Add() *Observation {
	n := len(b.observations)
	b.observations = slices.Grow(b.observations, 1)[:n+1] // zero: Reset left it so
	b.groups[len(b.groups)-1].observationsEnd = n + 1
	o := &b.observations[n]
	o.Values = NoValues
	return o
}

// Len is the number of observations.
func (b *Batch) Len() int { return len(b.observations) }

// At is an observation by its index, in order of Add.
func (b *Batch) At(i int) *Observation { return &b.observations[i] }

// Memory of a batch that the next one uses again: some 500 KiB.
const (
	keptObservations = 2048
	keptKeys         = 256 << 10 // bytes
)

// Reset empties the batch and lets go of the strings it pointed to. Memory of an
// unusual size is given back.
func (b *Batch) Reset() {
	b.keys = reuse.Empty(b.keys, keptKeys)
	b.slots = reuse.Empty(b.slots, keptObservations)
	b.groups = reuse.Empty(b.groups, keptObservations)
	b.observations = reuse.Empty(b.observations, keptObservations)
}
