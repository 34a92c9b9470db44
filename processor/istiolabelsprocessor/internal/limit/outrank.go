// SPDX-License-Identifier: Apache-2.0

package limit

// outrank lets a value that came often take the slot of one that came seldom.
func (p *population) outrank(n *newcomer, g int16, from holder) *slot {
	sure := p.sketch.Add(n.hash)
	if sure < establishedHits || !p.mayChange(g, from) {
		return nil
	}
	i := p.leastUsed(g, from)
	if i == none || uint64(sure) <= outrankFactor*uint64(p.slots[i].decayed(p.period)) {
		return nil
	}
	if !p.mayGo(i) {
		return nil
	}
	p.counts.EvictedOutranked++
	p.vacate(i)
	p.rename(i, n, g, from)
	return p.give(i, n, g, from, p.sharedOnly)
}

// leastUsed looks at some of the slots that a source may take for a group, and
// gives the one whose value came least.
func (p *population) leastUsed(g int16, from holder) int32 {
	least := int32(none)
	for range min(candidates, len(p.slots)) {
		p.hand = (p.hand + 1) % len(p.slots)
		s := &p.slots[p.hand]
		if !p.mayLose(s, g, from) {
			continue
		}
		if least == none || s.decayed(p.period) < p.slots[least].decayed(p.period) {
			least = int32(p.hand)
		}
	}
	return least
}

// mayLose tells whether a source may take a slot for a group. One that holds its
// share takes from itself alone.
func (p *population) mayLose(s *slot, g int16, from holder) bool {
	if !s.live || s.group != g && p.groups[s.group].held <= p.groups[s.group].reserved {
		return false
	}
	return !p.holdsShare(from) || s.holder != nil && s.holder.key == from.key
}

// vacate takes a value off its slot, which is free from now on.
func (p *population) vacate(i int32) {
	s := &p.slots[i]
	p.disown(s)
	p.groups[s.group].held--
	s.live = false
	p.mayGo(i)
	p.note(i)
	p.pull(&p.live, i)
	p.push(&p.free, i)
}
