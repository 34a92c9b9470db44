// SPDX-License-Identifier: Apache-2.0

package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// arrival is a group of observations that have the same labels.
type arrival struct {
	Labels
	key          []byte
	slots        []Slot
	observations []Observation
	now          int64
	layout       *layout
	of           *incarnation // nil if it is not known
}

// refer notes which slots the values of a set's labels have.
func (s *State) refer(set *LabelSet, a *arrival, slots []Slot) {
	for i := range slots {
		r := set.reference(slots[i].Label)
		before := *r
		s.slots.refer(r, a.of, a.Incarnation, slots[i].Limit, slots[i].Packed)
		if *r != before {
			s.noteLabels(set)
		}
	}
}

// referAddresses notes which slots the addresses of a target have.
func (s *State) referAddresses(t *target, a *arrival, o *Observation) {
	for i, packed := range o.AddressSlots {
		if packed != 0 && t.addresses[i] != "" {
			s.slots.refer(&t.slots[i], a.of, a.Incarnation, contract.AddressLabels[i].String(), packed)
		}
	}
}

// passSlots notes the slots of observations that move nothing.
func (s *State) passSlots(a *arrival) {
	s.passLabelSlots(a)
	for i := range a.observations {
		s.passAddressSlots(a, &a.observations[i])
	}
}

func (s *State) passLabelSlots(a *arrival) {
	for i := range a.slots {
		s.slots.pass(a.of, a.slots[i].Limit, a.slots[i].Packed)
	}
}

func (s *State) passAddressSlots(a *arrival, o *Observation) {
	for i, packed := range o.AddressSlots {
		s.slots.pass(a.of, contract.AddressLabels[i].String(), packed)
	}
}
