// SPDX-License-Identifier: Apache-2.0

package series

import (
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// Set is a label set: the labels that all series of a point share. What is
// added to them are the name, and le or quantile where one point is several
// series. It is not valid after Reader.Done.
type Set struct {
	// wire holds the labels sorted by name, in the form of protocol 1.0.
	wire []byte
	gaps Gaps // in wire
	// hasLE and hasQuantile say that the label is among those of wire.
	hasLE, hasQuantile bool

	hash uint64
	// entries of the cache that lead here.
	entries int
	// next has the same hash.
	next *Set

	// points of the current batch: indexes into Reader.points.
	batch       uint64
	first, last int32
}

// Wire returns the labels in three parts: those before the name, those between
// it and extra, and those after extra. Extra is le, quantile or nil.
func (s *Set) Wire(extra *Label) (beforeName, between, after []byte) {
	return s.gaps.Cut(s.wire, extra)
}

// Sorted returns all labels sorted by name, in the form of protocol 1.0.
func (s *Set) Sorted() []byte { return s.wire }

// Labels returns names and values, sorted by name. The bytes are the set's own.
func (s *Set) Labels() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for rest := s.wire; len(rest) > 0; {
			_, n := binary.Uvarint(rest[1:])
			var name, value []byte
			name, rest = cutString(rest[1+n+1:])
			value, rest = cutString(rest[1:])
			if !yield(name, value) {
				return
			}
		}
	}
}

// Shard returns a number below n, the same for each use of the set.
func (s *Set) Shard(n int) int { return int(s.hash>>1) % n }

// attribute is a label before it has a Prometheus name.
type attribute struct{ key, value string }

// newSet makes a set of attributes, or returns false if they make no labels.
func (r *Reader) newSet(job, instance string, attributes []attribute) (*Set, bool) {
	// Of several keys that become one name the values are joined, in the order
	// of the keys.
	slices.SortStableFunc(attributes, func(a, b attribute) int { return strings.Compare(a.key, b.key) })
	labels := make(map[string]string, len(attributes)+2+len(r.external))
	for _, a := range attributes {
		name, ok := r.names.label(a.key)
		if !ok || !utf8.ValidString(a.value) {
			return nil, false
		}
		if before, ok := labels[name]; ok && before != a.value {
			labels[name] = before + ";" + a.value
		} else {
			labels[name] = a.value
		}
	}
	delete(labels, NameLabel) // the metric's name is the name
	if !utf8.ValidString(job) || !utf8.ValidString(instance) {
		return nil, false
	}
	if job != "" {
		labels[jobLabel] = job
	}
	if instance != "" {
		labels[instanceLabel] = instance
	}
	for name, value := range r.external {
		if _, ok := labels[name]; !ok {
			labels[name] = value
		}
	}
	return encodeSet(labels), true
}

func encodeSet(labels map[string]string) *Set {
	names := make([]string, 0, len(labels))
	size := 0
	for name, value := range labels {
		names = append(names, name)
		size += len(name) + len(value) + 16
	}
	slices.Sort(names)
	wire := make([]byte, 0, size)
	s := &Set{}
	for _, name := range names {
		wire = AppendLabel(wire, name, labels[name])
		Pass(&s.gaps, name, len(wire))
		s.hasLE = s.hasLE || name == LELabel
		s.hasQuantile = s.hasQuantile || name == QuantileLabel
	}
	s.wire = slices.Clip(wire)
	return s
}
