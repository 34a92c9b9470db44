package limit

import "strings"

// admit gives a slot to a value that has none, if it may have one. text is what
// the label will say; it is asked for once.
func (p *population) admit(hash uint64, text func() string, a *Asker, now int64) *slot {
	if i, ok := p.heirs[hash]; ok {
		if s := &p.slots[i]; s.state == isKept {
			s := p.open(i, hash, text, a, now)
			if p.byUse {
				p.charge(s, a.Source)
			}
			return s
		}
		p.sketch.Add(hash)
		return nil // its slot still rests
	}
	if _, ok := p.index[hash]; ok {
		return nil // outranked, and resting
	}
	from := p.sources[a.Source]
	full := from != nil && from.held >= p.perSource
	if full && p.byUse {
		return nil
	}
	g := p.group(*a)
	if !p.mayTake(g) {
		p.outrank(hash, p.sketch.Add(hash), g, now)
		return nil
	}
	if !full {
		s := p.open(p.take(), hash, text, a, now)
		p.charge(s, a.Source)
		return s
	}
	sure := p.sketch.Add(hash)
	if sure < provenHits {
		return nil
	}
	s := p.open(p.take(), hash, text, a, now)
	s.hits = sure
	return s
}

// mayTake tells whether a free slot is left for a group: one of its own, or one
// that no other group is guaranteed.
func (p *population) mayTake(g int16) bool {
	free := p.size - (len(p.slots) - len(p.free))
	if own := &p.groups[g]; own.held < own.reserved {
		return free > 0
	}
	for i := range p.groups {
		free -= max(0, p.groups[i].reserved-p.groups[i].held)
	}
	return free > 0
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

// open gives a free or kept slot to a value.
func (p *population) open(i int32, hash uint64, text func() string, a *Asker, now int64) *slot {
	s := &p.slots[i]
	hits := uint32(1)
	if s.state == isKept {
		delete(p.heirs, hash)
		hits = p.sketch.Sure(hash) + 1
	} else {
		s.group = p.group(*a)
		p.groups[s.group].held++
	}
	p.sketch.Remove(hash)
	*s = slot{hash: hash, text: strings.Clone(text()), state: isLive, group: s.group, hits: hits, period: p.period, seen: now}
	p.index[hash] = i
	p.live++
	p.counts.Admitted++
	return s
}

// outrank lets a value that came often win the slot of one that came seldom.
// The slot rests first; then it is kept for the winner.
func (p *population) outrank(hash uint64, sure uint32, g int16, now int64) {
	if sure < provenHits || p.outranked >= max(1, p.size/outrankedPart) {
		return
	}
	worst := int32(-1)
	for range min(candidates, len(p.slots)) {
		p.hand = (p.hand + 1) % len(p.slots)
		s := &p.slots[p.hand]
		if s.state != isLive || s.group != g && p.groups[s.group].held <= p.groups[s.group].reserved {
			continue
		}
		if worst < 0 || s.decayed(p.period) < p.slots[worst].decayed(p.period) {
			worst = int32(p.hand)
		}
	}
	if worst < 0 || sure <= outrankFactor*p.slots[worst].decayed(p.period) {
		return
	}
	s := &p.slots[worst]
	p.groups[s.group].held--
	p.groups[g].held++
	s.group, s.heir = g, hash
	p.heirs[hash] = worst
	p.outranked++
	p.retire(worst, restsOutranked, now)
}
