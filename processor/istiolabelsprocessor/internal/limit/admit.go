// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/fairshare"
)

// newcomer is a value that has no slot and asks for one.
type newcomer struct {
	hash uint64
	// text is the value, unless it is the prefix.
	text   string
	prefix netip.Prefix
	asker  *Asker
	now    int64
}

// spell gives what the label will say. A prefix is spelled only if it must be:
// most come without getting a slot.
func (n *newcomer) spell() string {
	if n.prefix.IsValid() {
		return n.prefix.String()
	}
	return n.text
}

// admit gives a slot to a newcomer, if it may have one.
func (p *population) admit(n *newcomer) *slot {
	if i, ok := p.index[n.hash]; ok && p.slots[i].live {
		return nil // another value has this hash
	}
	p.forgetChanges(n.now)
	from, g := p.holding(n.asker.holderKey()), p.group(n.asker)
	fresh := from.fresh < p.perSource
	if p.sharedOnly && !fresh {
		return nil
	}
	if !p.mayTake(g, from) {
		return p.outrank(n, g, from)
	}
	if !fresh && p.sketch.Add(n.hash) < establishedHits {
		return nil
	}
	if i, ok := p.take(n, g, from); ok {
		return p.give(i, n, g, from, fresh)
	}
	if fresh {
		p.sketch.Add(n.hash) // it is not counted yet
	}
	return nil
}

// holdsShare tells whether a source holds as many slots as one source may, by
// whatever values.
func (p *population) holdsShare(from holder) bool { return from.total >= p.perSource }

// mayTake tells whether a source may take a free slot for a group. The more slots
// it holds, the more have to be free: so some are left for newcomers, however many
// hits a scan of all ports gives its addresses.
func (p *population) mayTake(g int16, from holder) bool {
	if p.perSource >= p.size {
		return p.freeFor(g) > 0
	}
	return fairshare.MayTake(from.total, p.freeFor(g))
}

// take chooses a free slot: the one that the value had before, else one that was
// never used, else the one that has been free for longest. Only the last is a
// change of hands.
func (p *population) take(n *newcomer, g int16, from holder) (i int32, ok bool) {
	if i, ok := p.index[n.hash]; ok && p.slots[i].text == n.spell() {
		return i, true
	}
	i = p.free.first
	if next := len(p.slots); next < p.size {
		i = int32(next)
		p.slots = append(p.slots, slot{number: p.first + uint32(i)})
		p.push(&p.free, i)
	} else if !p.mayChange(g, from) || !p.mayGo(i) {
		return none, false
	}
	p.rename(i, n, g, from)
	return i, true
}

// rename begins the next term of a free slot, which is that of another value.
func (p *population) rename(i int32, n *newcomer, g int16, from holder) {
	s := &p.slots[i]
	if s.term > 0 {
		if p.index[s.hash] == i { // else its last value has another slot
			delete(p.index, s.hash)
		}
		p.changed(from.key, g, n.now)
	}
	s.term = p.nextTerm(s)
	s.released = kept
	s.text = strings.Clone(n.spell())
	p.index[n.hash] = i
}

// give makes a slot that has the newcomer's text live.
func (p *population) give(i int32, n *newcomer, g int16, from holder, fresh bool) *slot {
	hits := max(1, p.sketch.Sure(n.hash))
	p.sketch.Remove(n.hash)
	p.pull(&p.free, i)
	s := &p.slots[i]
	*s = slot{
		hash: n.hash, text: s.text, number: s.number, term: s.term, noted: s.noted,
		live: true, group: g, hits: hits, period: p.period, seen: n.now,
	}
	p.note(i)
	p.push(&p.live, i)
	p.groups[g].held++
	p.own(s, from.key, fresh)
	p.counts.Admitted++
	return s
}
