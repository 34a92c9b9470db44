// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// addOverflow adds an observation to an overflow set, because there is no room for
// its own set or target. Histograms cost most series, so only the last overflow set
// has them.
func (s *State) addOverflow(a *arrival, o *Observation) {
	s.stats.Overflowed++
	s.passLabelSlots(a)
	s.passAddressSlots(a, o)
	withoutAddress := *o
	withoutAddress.Addresses = Addresses{}
	p := protocolOf(a.key)
	s.overflowed = appendHolder(AppendProtocol(s.overflowed[:0], p), a.key)
	set := s.overflow(a)
	if set == nil {
		s.add(s.last(p, a.layout), a, &withoutAddress)
		return
	}
	s.add(set, a, &withoutAddress)
	if len(a.layout.histograms) > 0 {
		last := s.last(p, a.layout)
		last.own.touch(s.collections)
		s.note(last, nil)
		last.own.records-- // the set that has the counters counts it
		s.addHistograms(last, &withoutAddress, a.now)
	}
}

// OverflowedBy has the labels of the workload that reported what overflowed last.
func (s *State) OverflowedBy() []Label {
	if len(s.overflowed) == 0 {
		return nil
	}
	return decodeLabels(string(s.overflowed))
}

// overflow finds or makes the overflow set that keeps most of the labels of an
// arrival. It returns nil if there is no room for any.
func (s *State) overflow(a *arrival) *LabelSet {
	if a.layout.counters() == 0 {
		return nil
	}
	side, outside := reportingSide(a.key), goesOutside(a.key)
	var set *LabelSet
	if side != sourceSide || !outside {
		set = s.overflowSet(a, namedOverflow, kept{labels: named(side, a.slots)})
	}
	if set == nil {
		set = s.overflowSet(a, ownOverflow, kept{labels: side | coarse, anyService: !outside})
	}
	if set == nil {
		set = s.overflowSet(a, coarseOverflow, kept{labels: coarse})
	}
	return set
}

// overflowSet finds or makes the overflow set of one account; nil if there is no room.
func (s *State) overflowSet(a *arrival, from account, keep kept) *LabelSet {
	s.overflowKey = keep.appendKey(s.overflowKey[:0], a.key)
	set := s.byKey.entries[string(s.overflowKey)]
	if set == nil {
		if !s.budget.fits(from, a.layout.counters()) {
			return nil
		}
		var by *holder
		if from == namedOverflow {
			if by = s.holder(a.key); !s.budget.leavesNamed(by) {
				return nil
			}
		}
		set = s.put(s.overflowKey, a.layout, from, by)
	}
	if len(a.slots) > 0 {
		s.overflowSlots = keep.appendSlots(s.overflowSlots[:0], a.slots)
		s.refer(set, a, s.overflowSlots)
		clear(s.overflowSlots)
	}
	return set
}

// last finds or makes the last overflow set of a protocol.
func (s *State) last(p contract.Protocol, l *layout) *LabelSet {
	s.overflowKey = appendLastOverflowKey(s.overflowKey[:0], p)
	if set, ok := s.byKey.entries[string(s.overflowKey)]; ok {
		return set
	}
	return s.put(s.overflowKey, l, lastOverflow, nil)
}

// coarse are the labels that each overflow set keeps.
var coarse = contract.MaskOf(contract.Reporter, contract.DestinationServiceName)

// named are the labels that an overflow set of the account namedOverflow keeps. A
// claimed peer is not among them: it may lose its slot, and the set would stay.
func named(side contract.LabelMask, slots []Slot) contract.LabelMask {
	labels := coarse | sourceSide
	if side == destinationSide {
		labels |= destinationSide
		if slices.ContainsFunc(slots, func(s Slot) bool { return s.Limit == contract.ClaimedPeer }) {
			labels &^= sourceSide
		}
	}
	return labels
}

// goesOutside tells whether traffic left the mesh or was kept from it.
func goesOutside(key []byte) bool {
	for p := range parts(key) {
		if p.is(contract.DestinationServiceName) {
			return contract.IsOutside(string(p.value))
		}
	}
	return false
}

// kept says which labels an overflow set keeps, and whether the service's name is
// one for all.
type kept struct {
	labels     contract.LabelMask
	anyService bool
}

// appendKey writes the key of the overflow set for a key.
func (k kept) appendKey(dst, key []byte) []byte {
	dst = AppendProtocol(dst, protocolOf(key))
	for p := range parts(key) {
		switch {
		case !p.isOf(k.labels):
		case k.anyService && p.is(contract.DestinationServiceName):
			dst = p.appendTo(dst, contract.Other)
		default:
			dst = appendString(append(dst, p.column), p.value)
		}
	}
	dst, _ = AppendExtra(dst, contract.OverflowLabel, contract.OverflowValue)
	return dst
}

// appendSlots leaves the slots of the values that the overflow set keeps.
func (k kept) appendSlots(dst, slots []Slot) []Slot {
	for i := range slots {
		l, ok := contract.LabelByName(slots[i].Label)
		if ok && k.labels.Has(l) && !(k.anyService && l == contract.DestinationServiceName) {
			dst = append(dst, slots[i])
		}
	}
	return dst
}

func appendLastOverflowKey(dst []byte, p contract.Protocol) []byte {
	dst = AppendProtocol(dst, p)
	dst, _ = AppendLabel(dst, contract.Reporter, contract.Other)
	dst, _ = AppendLabel(dst, contract.DestinationServiceName, contract.Other)
	dst, _ = AppendExtra(dst, contract.OverflowLabel, contract.OverflowValue)
	return dst
}
