package observe

import (
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// row is what the contract says at one level, a record, a scope or a resource,
// with what the levels above it say where it says nothing. An inner level
// starts as a copy of the row above.
type row struct {
	vocabulary *vocabulary
	verdict    contract.Verdict
	schema     contract.Schema
	addresses  aggregate.Addresses
	values     aggregate.Values
	// bounded has a bit for each column whose label, and each peer that, the
	// processor bounds.
	bounded uint64
	labels  [numColumns]string
}

// clear leaves a row that says nothing: its labels have their defaults.
func (r *row) clear(v *vocabulary) {
	if r.vocabulary != nil && len(r.vocabulary.extras) > 0 {
		*r = v.blank // hold on to no extra label
		return
	}
	r.copyFrom(&v.blank)
}

// copyFrom makes the row equal to another. It copies only the columns that the
// vocabulary has: nothing reads the others.
func (r *row) copyFrom(from *row) {
	r.vocabulary = from.vocabulary
	r.verdict, r.schema, r.addresses, r.values = from.verdict, from.schema, from.addresses, from.values
	r.bounded = from.bounded
	used := int(contract.NumLabels) + len(from.vocabulary.extras)
	copy(r.labels[:used], from.labels[:used])
}

// appendKey writes the key of the row's labels and counts values it cut.
func (r *row) appendKey(dst []byte, cuts *int64) []byte {
	p := r.verdict.Protocol()
	dst = aggregate.AppendProtocol(dst, p)
	for _, l := range r.vocabulary.labels[p] {
		var cut bool
		if dst, cut = aggregate.AppendLabel(dst, l, r.labels[l]); cut {
			*cuts++
		}
	}
	for i, name := range r.vocabulary.extras {
		var cut bool
		if dst, cut = aggregate.AppendExtra(dst, name, r.labels[int(contract.NumLabels)+i]); cut {
			*cuts++
		}
	}
	return dst
}

// boundedPlaces has a bit for the place, in the row's key, of each label that
// the processor bounds, and for each peer.
func (r *row) boundedPlaces() (places uint64) {
	if r.bounded == 0 {
		return 0
	}
	places = r.bounded & aggregate.PeerBits
	place := 0
	put := func(c int) {
		if r.labels[c] != "" { // else the key leaves it out
			places |= (r.bounded >> c & 1) << place
			place++
		}
	}
	for _, l := range r.vocabulary.labels[r.verdict.Protocol()] {
		put(int(l))
	}
	for i := range r.vocabulary.extras {
		put(int(contract.NumLabels) + i)
	}
	return places
}
