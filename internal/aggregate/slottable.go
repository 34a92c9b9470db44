// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// slotTable knows the highest term of each slot that a group of series refers to.
// So its size is bounded by the series, whatever slots records claim to have.
type slotTable struct {
	// silence is that of the package, but for tests.
	silence int64

	slots        index[slotKey, *slot]
	incarnations index[string, *incarnation]
	// last is the incarnation that was looked up last, nil if it is not known.
	last *incarnation

	saving *saving // nil if nothing is saved

	// active is true if a record came from any incarnation since the last collection.
	// lastActive is the clock of the last collection that found so.
	active     bool
	lastActive int64
}

// slotKey says which slot it is. Each incarnation numbers the slots of each label.
type slotKey struct {
	of     *incarnation
	label  string
	number uint32
}

// slot is one of a processor's slots.
type slot struct {
	key     slotKey
	highest uint64
	noted   bool // to be saved
	// references is how many groups of series refer to the slot. It is forgotten
	// with the last one.
	references int
}

// incarnation is one run of a processor.
type incarnation struct {
	name  string
	slots int // that are known
	// active and lastActive are as those of the table.
	active     bool
	lastActive int64
	silent     bool
}

// recordFrom notes that a record came from an incarnation, and gives the incarnation
// if it is known.
func (t *slotTable) recordFrom(name string) *incarnation {
	if name == "" {
		return nil
	}
	t.active = true
	if t.last == nil || t.last.name != name {
		t.last = t.incarnations.entries[name]
	}
	if t.last != nil {
		t.last.active, t.last.silent = true, false
	}
	return t.last
}

// refer makes a reference one to the slot and the term that a record's value has. If
// the reference is to another slot already, the later of the two counts, unless it
// alone is outdated: then the record is late.
func (t *slotTable) refer(r *reference, of *incarnation, name, label string, packed int64) {
	number, term, ok := contract.UnpackSlot(packed)
	if !ok || name == "" {
		return
	}
	if s := r.slot; s != nil && s.key.number == number && s.key.of == of && s.key.label == label {
		r.term = max(r.term, term)
		if s.highest < term {
			s.highest = term
			t.saving.noteRaised(s)
		}
		return
	}
	if of == nil {
		of = t.incarnations.entries[name] // a record before may have made it known
	}
	s := t.noteTerm(of, label, number, term)
	late := s != nil && s.highest > term
	if late && r.slot != nil {
		return
	}
	if s == nil {
		s = t.add(of, name, label, number, term)
	}
	s.references++
	t.release(r)
	*r = reference{s, term}
}

// noteTerm notes the term of a slot, and gives the slot if it is known.
func (t *slotTable) noteTerm(of *incarnation, label string, number uint32, term uint64) *slot {
	if of == nil {
		return nil
	}
	s := t.slots.entries[slotKey{of, label, number}]
	if s != nil && s.highest < term {
		s.highest = term
		t.saving.noteRaised(s)
	}
	return s
}

// pass notes the slot of a value that has no series of its own: others may have to
// end for it.
func (t *slotTable) pass(of *incarnation, label string, packed int64) {
	if number, term, ok := contract.UnpackSlot(packed); ok {
		t.noteTerm(of, label, number, term)
	}
}

// add makes a slot known, and its incarnation if need be.
func (t *slotTable) add(of *incarnation, name, label string, number uint32, term uint64) *slot {
	if of == nil {
		of = &incarnation{name: strings.Clone(name), active: true}
		t.incarnations.put(of.name, of)
		t.last = of
	}
	of.slots++
	s := &slot{key: slotKey{of, ownName(label), number}, highest: term}
	t.slots.put(s.key, s)
	return s
}

// release makes a reference one to nothing.
func (t *slotTable) release(r *reference) {
	s := r.slot
	if s == nil {
		return
	}
	*r = reference{}
	if s.references--; s.references > 0 {
		return
	}
	t.slots.delete(s.key)
	of := s.key.of
	if of.slots--; of.slots == 0 {
		t.incarnations.delete(of.name)
		if t.last == of {
			t.last = nil
		}
	}
}

// findSilent finds the incarnations that are silent, at the clock of a collection.
func (t *slotTable) findSilent(clock int64) {
	if t.active {
		t.active, t.lastActive = false, clock
	}
	for _, of := range t.incarnations.entries {
		if of.active {
			of.active, of.lastActive = false, clock
		}
		of.silent = t.lastActive-of.lastActive >= t.silence
	}
}
