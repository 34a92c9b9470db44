package limit

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/fairshare"
)

// admit gives a slot to a value that has none, if it may have one. text is what
// the label will say; it is asked for once.
func (p *population) admit(hash uint64, text func() string, a *Asker, now int64) *slot {
	from := p.holdings(p.key(a))
	if i, ok := p.heirs[hash]; ok {
		if p.slots[i].state == isKept {
			return p.claim(i, hash, text, a, now)
		}
		p.sketch.Add(hash)
		return nil // its slot still rests
	}
	if _, ok := p.index[hash]; ok {
		return nil // outranked, and resting
	}
	if p.byUse && from.few >= p.perSource {
		return nil
	}
	g := p.group(*a)
	if !p.mayTake(g, from) {
		p.outrank(hash, p.sketch.Add(hash), g, from, now)
		return nil
	}
	hits := uint32(1)
	if from.few >= p.perSource {
		if hits = p.sketch.Add(hash); hits < provenHits {
			return nil
		}
	}
	i := p.take()
	p.slots[i].group = g
	p.groups[g].held++
	p.charge(&p.slots[i], from.key, from.few < p.perSource)
	return p.open(i, hash, text, hits, now)
}

// holdsShare tells whether a source holds as many slots as one source may, by
// whatever values.
func (p *population) holdsShare(from source) bool { return from.all >= p.perSource }

// mayTake tells whether a free slot is left for a source and a group: one of the
// group's own, or one that no other group is guaranteed. The more slots a source
// holds, the more have to be free: some are left for newcomers, however many
// hits a scan of all ports gives its addresses.
func (p *population) mayTake(g int16, from source) bool {
	free := p.size - (len(p.slots) - len(p.free))
	for i := range p.groups {
		if i != int(g) {
			free -= max(0, p.groups[i].reserved-p.groups[i].held)
		}
	}
	if p.perSource >= p.size {
		return free > 0
	}
	return fairshare.MayTake(from.all, free)
}

// take takes a slot off the free ones.
func (p *population) take() int32 {
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		return i
	}
	p.slots = append(p.slots, slot{})
	return int32(len(p.slots) - 1)
}

// claim gives the slot that was kept for a value to it.
func (p *population) claim(i int32, hash uint64, text func() string, a *Asker, now int64) *slot {
	delete(p.heirs, hash)
	s := p.open(i, hash, text, p.sketch.Sure(hash)+1, now)
	p.settle(s, a)
	return s
}

// open puts a value into a slot that is counted for already.
func (p *population) open(i int32, hash uint64, text func() string, hits uint32, now int64) *slot {
	p.sketch.Remove(hash)
	s := &p.slots[i]
	*s = slot{
		hash: hash, text: strings.Clone(text()), state: isLive, hits: hits, period: p.period, seen: now,
		group: s.group, source: s.source, few: s.few,
	}
	p.index[hash] = i
	p.live++
	p.counts.Admitted++
	return s
}

// outrank lets a value that came often win the slot of one that came seldom.
// The slot rests first; then it is kept for the winner.
func (p *population) outrank(hash uint64, sure uint32, g int16, from source, now int64) {
	changing := max(1, p.size/outrankedPart)
	if p.holdsShare(from) {
		changing = max(1, changing/2)
	}
	if sure < provenHits || p.outranked >= changing {
		return
	}
	worst := int32(-1)
	for range min(candidates, len(p.slots)) {
		p.hand = (p.hand + 1) % len(p.slots)
		s := &p.slots[p.hand]
		if !p.mayLose(s, g, from) {
			continue
		}
		if worst < 0 || s.decayed(p.period) < p.slots[worst].decayed(p.period) {
			worst = int32(p.hand)
		}
	}
	if worst < 0 || uint64(sure) <= outrankFactor*uint64(p.slots[worst].decayed(p.period)) {
		return
	}
	s := &p.slots[worst]
	p.groups[s.group].held--
	p.groups[g].held++
	s.group, s.heir = g, hash
	p.discharge(s)
	p.charge(s, from.key, p.byUse)
	p.heirs[hash] = worst
	p.outranked++
	p.retire(worst, restsOutranked, now)
}

// mayLose tells whether a source may take a slot for a group. One that holds its
// share takes from itself alone.
func (p *population) mayLose(s *slot, g int16, from source) bool {
	if s.state != isLive || s.group != g && p.groups[s.group].held <= p.groups[s.group].reserved {
		return false
	}
	return !p.holdsShare(from) || s.source != nil && s.source.key == from.key
}
