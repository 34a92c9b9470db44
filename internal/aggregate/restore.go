// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// Restorer collects what a State saved, for another one that goes on with it. Its
// zero value has nothing.
type Restorer struct {
	start  int64
	sets   map[uint64]*savedLabels
	raised map[savedSlot]uint64
}

// savedLabels is what was read of a label set.
type savedLabels struct {
	key             string
	schema, account byte
	references      []savedReference
	// own are the numbers of what it has beside its targets, nil if there is nothing.
	own     []byte
	targets map[Addresses]savedTarget
}

type savedTarget struct {
	slots   [len(AddressSlots{})]savedReference
	numbers []byte
}

// savedSlot is what a slot is called, savedReference a reference to one. It is to
// nothing if the term is 0.
type savedSlot struct {
	incarnation, label string
	number             uint32
}

type savedReference struct {
	of            string // the label whose value has the slot
	slot          savedSlot
	term, highest uint64
}

// Read reads a value that AppendUnsaved wrote. Values must be read in order.
func (r *Restorer) Read(value []byte) error {
	if r.sets == nil {
		r.sets, r.raised = map[uint64]*savedLabels{}, map[savedSlot]uint64{}
	}
	d := state.NewDecoder(value)
	r.start = max(r.start, d.Int())
	for d.More() {
		switch d.Byte() {
		case kindSet:
			r.readSet(d)
		case kindEnded:
			r.readEnded(d)
		case kindSlot:
			slot := readSlotKey(d)
			r.raised[slot] = max(r.raised[slot], d.Uint())
		default:
			d.Fail()
		}
	}
	return d.End()
}

func (r *Restorer) readSet(d *state.Decoder) {
	number := d.Uint()
	set := r.sets[number]
	if d.Bool() {
		key, schema, account := d.String(), d.Byte(), d.Byte()
		if !isKey(key) || set != nil && set.key != key {
			d.Fail()
			return
		}
		if set == nil {
			set = &savedLabels{key: key, schema: schema, account: account}
			r.sets[number] = set
		}
	}
	if set == nil {
		d.Fail()
		return
	}
	set.references = set.references[:0]
	for range d.Count() {
		label := d.Word()
		ref := readReference(d)
		ref.of = label
		set.references = append(set.references, ref)
	}
	if d.Bool() {
		set.own = d.Blob()
	}
	for d.Byte() == 1 {
		var t savedTarget
		addresses := readAddresses(d)
		for i := range t.slots {
			t.slots[i] = readReference(d)
		}
		t.numbers = d.Blob()
		if set.targets == nil {
			set.targets = map[Addresses]savedTarget{}
		}
		set.targets[addresses] = t
	}
}

func (r *Restorer) readEnded(d *state.Decoder) {
	number := d.Uint()
	addressed := d.Bool()
	var addresses Addresses
	if addressed {
		addresses = readAddresses(d)
	}
	set := r.sets[number]
	switch {
	case set == nil:
	case addressed:
		delete(set.targets, addresses)
	default:
		set.own = nil
	}
	// The set stays: it may have begun again under its number.
}

func readAddresses(d *state.Decoder) (a Addresses) {
	for i := range a {
		a[i] = d.String()
	}
	return a
}

func readReference(d *state.Decoder) (r savedReference) {
	if d.Bool() {
		r.slot = readSlotKey(d)
		r.term, r.highest = d.Uint(), d.Uint()
		if r.term == 0 || r.term > contract.MaxTerm || r.highest > contract.MaxTerm {
			d.Fail()
		}
	}
	return r
}

func readSlotKey(d *state.Decoder) savedSlot {
	s := savedSlot{d.Word(), d.Word(), d.Uint32()}
	if s.number > contract.MaxSlot {
		d.Fail()
	}
	return s
}

// numbers lists the numbers of label sets in the order in which they were first saved.
func (r *Restorer) numbers() []uint64 { return slices.Sorted(maps.Keys(r.sets)) }

// isKey tells whether bytes are a key.
func isKey(key string) bool {
	if key == "" || int(key[0]) >= len(protocols) {
		return false
	}
	d := state.NewDecoder([]byte(key[1:]))
	for d.More() {
		switch column := d.Byte(); {
		case column == extraColumn:
			_ = d.String()
		case column > extraColumn:
			return false
		}
		_ = d.String()
	}
	return d.End() == nil
}
