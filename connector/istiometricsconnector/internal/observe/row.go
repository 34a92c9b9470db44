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
	// bounded has a bit for each column whose label the processor bounds.
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

// appendKey writes the key of the row's labels, tells by their places in it
// which are bounded, and counts values it cut.
func (r *row) appendKey(dst []byte, cuts *int64) (key []byte, bounded uint64) {
	p := r.verdict.Protocol()
	key = aggregate.AppendProtocol(dst, p)
	place := uint64(1)
	put := func(before int, c column, cut bool) {
		if cut {
			*cuts++
		}
		if len(key) > before {
			bounded |= place * (r.bounded >> c & 1)
			place <<= 1
		}
	}
	for _, l := range r.vocabulary.labels[p] {
		before, cut := len(key), false
		key, cut = aggregate.AppendLabel(key, l, r.labels[l])
		put(before, column(l), cut)
	}
	for i, name := range r.vocabulary.extras {
		c := contract.NumLabels + contract.Label(i)
		before, cut := len(key), false
		key, cut = aggregate.AppendExtra(key, name, r.labels[c])
		put(before, column(c), cut)
	}
	return key, bounded
}
