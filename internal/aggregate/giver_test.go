// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math/rand/v2"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const (
	silenceOfModel = 500
	slotsOfGiver   = 2
	valuesOfGiver  = 4
)

// giver is one run of a processor: each label has fewer slots than values.
type giver struct {
	name  string
	slots map[string]*[slotsOfGiver]held
	// before are values that had slots: their records may be late.
	before map[string][]held
}

// held is a value in a slot in a term.
type held struct {
	label, value string
	number       uint32
	term         uint64
}

func (h held) slot() Slot { return slotOf(h.label, h.number, h.term) }

// slotOf is a slot as a record has it.
func slotOf(label string, number uint32, term uint64) Slot {
	return Slot{label, contract.LimitOfSlot(label), contract.PackSlot(number, term)}
}

func newGiver(name string) *giver {
	return &giver{name: name, slots: map[string]*[slotsOfGiver]held{}, before: map[string][]held{}}
}

// give gives a value that a record has: mostly one that has a slot, sometimes one
// that takes it from another, sometimes one whose record is late.
func (g *giver) give(random *rand.Rand, label, prefix string) held {
	slots := g.slots[label]
	if slots == nil {
		slots = new([slotsOfGiver]held)
		g.slots[label] = slots
	}
	if late := g.before[label]; len(late) > 0 && random.IntN(10) == 0 {
		return late[random.IntN(len(late))]
	}
	i := random.IntN(slotsOfGiver)
	if h := &slots[i]; h.term == 0 || random.IntN(20) == 0 {
		value := prefix + strconv.Itoa(random.IntN(valuesOfGiver))
		for j := range slots {
			if slots[j].value == value {
				return slots[j] // it has one
			}
		}
		if h.term > 0 {
			g.before[label] = append(g.before[label], *h)
		}
		*h = held{label, value, uint32(i), h.term + 1}
	}
	return slots[i]
}

// slotModel knows which values must have ended, by what was sent of them.
type slotModel struct {
	highest map[string]uint64 // by incarnation, label and slot
	sent    map[Label]map[string]held
	// fresh are values that records had since the last collection, waits is how many
	// collections in which all was accepted a value has been lost for.
	fresh map[Label]bool
	waits map[Label]int

	spoke    map[string]bool
	heard    map[string]int64
	anybody  int64
	silenced map[string]bool
}

func newSlotModel() slotModel {
	return slotModel{
		highest: map[string]uint64{}, sent: map[Label]map[string]held{}, fresh: map[Label]bool{}, waits: map[Label]int{},
		spoke: map[string]bool{}, heard: map[string]int64{}, silenced: map[string]bool{},
	}
}

func placeOf(incarnation string, h held) string {
	return incarnation + " " + h.label + " " + strconv.Itoa(int(h.number))
}

// record notes what a record says of a slot.
func (m *slotModel) record(incarnation string, h held) {
	m.spoke[incarnation] = true
	delete(m.silenced, incarnation)
	place, l := placeOf(incarnation, h), Label{h.label, h.value}
	m.highest[place] = max(m.highest[place], h.term)
	if m.sent[l] == nil {
		m.sent[l] = map[string]held{}
	}
	if before := m.sent[l][place]; h.term >= before.term {
		m.sent[l][place] = h
	}
	m.fresh[l] = true
}

// collect finds out who is silent.
func (m *slotModel) collect(clock int64) {
	for of := range m.spoke {
		m.heard[of], m.anybody = clock, clock
	}
	clear(m.spoke)
	for of, heard := range m.heard {
		if m.anybody-heard >= silenceOfModel {
			m.silenced[of] = true
		}
	}
}

// lost tells whether no record says that a value still has a slot.
func (m *slotModel) lost(l Label) bool {
	for place, h := range m.sent[l] {
		of := place[:len(place)-len(placeOf("", h))]
		if m.highest[place] == h.term && !m.silenced[of] {
			return false
		}
	}
	return true
}

// gone are the values of which no series may be left after a collection: they were
// lost before it and the one before it, and nothing came of them. all is false if a
// part of it was refused, or records came meanwhile.
func (m *slotModel) gone(all bool) (gone []Label) {
	for l := range m.sent {
		switch {
		case !m.lost(l) || m.fresh[l]:
			m.waits[l] = 0
		case all:
			if m.waits[l]++; m.waits[l] == 2 {
				gone = append(gone, l)
			}
		}
	}
	clear(m.fresh)
	return gone
}
