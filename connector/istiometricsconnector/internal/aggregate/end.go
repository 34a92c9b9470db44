package aggregate

import (
	"iter"
	"math/bits"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// labels are those of a group whose values may lose their slots.
func (g *Group) labels() iter.Seq[Label] {
	return func(yield func(Label) bool) {
		for left := g.set.bounded &^ PeerBits; left != 0; left &= left - 1 {
			if !yield(g.set.Labels[bits.TrailingZeros64(left)]) {
				return
			}
		}
		for p := range contract.NumPeers {
			if g.set.bounded&PeerBit(p) != 0 && !yield(g.set.peerLabel(p)) {
				return
			}
		}
		if g.target == nil {
			return
		}
		for i, value := range g.target.addresses {
			if value != "" && !yield(Label{contract.AddressLabels[i].String(), value}) {
				return
			}
		}
	}
}

// end forgets a group, and its set if nothing else is left of it.
func (s *State) end(g Group) {
	l := &s.layouts[g.set.protocol]
	if g.target != nil {
		s.endTarget(g.set, g.target, g.cause)
	} else {
		s.stats.Series -= g.set.endOwn(l)
	}
	if g.set.empty() {
		s.charge(g.set, -s.budget.set(g.set))
		s.byKey.delete(g.set.key)
		s.sets.remove(g.set)
		s.stats.Sets--
		s.stats.EndedSets[g.cause]++
	}
}

func (s *State) endTarget(set *Set, t *target, cause Cause) {
	set.remove(t)
	s.charge(set, -s.budget.next(set))
	s.stats.Series -= numBegun(t.counters)
	if t.addresses != (Addresses{}) {
		s.stats.Addresses--
		s.stats.EndedAddresses[cause]++
	}
}

// endOwn forgets what a set has beside its targets, and tells how many series
// that was.
func (s *Set) endOwn(l *layout) (series int) {
	series = s.ownSeries(l)
	clear(s.plain)
	clear(s.histograms)
	s.own = life{}
	return series
}
