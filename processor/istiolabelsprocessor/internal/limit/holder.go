// SPDX-License-Identifier: Apache-2.0

package limit

import "hash/maphash"

// holder is a source that holds slots of values that it alone made known. It is
// known by a hash of its name: names come from the network and may be long.
type holder struct {
	key uint64
	// fresh is how many of its slots have a value that came seldom, total how many
	// slots it has.
	fresh, total int
	// changes is how many slots changed hands for it lately.
	changes int
}

// sourceSeed is nobody's to know: who could make hashes of two sources equal could
// have the slots of one counted against the other.
var sourceSeed = maphash.MakeSeed()

func hashOf(source string) uint64 { return maphash.String(sourceSeed, source) }

func (a *Asker) holderKey() uint64 {
	if a.key == 0 {
		return hashOf(a.Source)
	}
	return a.key
}

// holding is what a source holds.
func (p *population) holding(key uint64) holder {
	if h := p.holders[key]; h != nil {
		return *h
	}
	return holder{key: key}
}

// holder gives the entry of a source, a new one if it has none. Something must be
// counted there at once: see release.
func (p *population) holder(key uint64) *holder {
	h := p.holders[key]
	if h == nil {
		h = &holder{key: key}
		p.holders[key] = h
	}
	return h
}

// release removes the entry of a source that has nothing left.
func (p *population) release(h *holder) {
	if h.total == 0 && h.changes == 0 {
		delete(p.holders, h.key)
	}
}

// own counts a slot against a source.
func (p *population) own(s *slot, key uint64, fresh bool) {
	h := p.holder(key)
	h.total++
	if fresh {
		h.fresh++
	}
	s.holder, s.fresh = h, fresh
}

// disown says that a slot counts against nobody.
func (p *population) disown(s *slot) {
	h := s.holder
	if h == nil {
		return
	}
	p.markEstablished(s)
	h.total--
	s.holder = nil
	p.release(h)
}

// markEstablished says that a value has come often enough to be no noise.
func (p *population) markEstablished(s *slot) {
	if s.fresh {
		s.holder.fresh--
		s.fresh = false
	}
}

// updateHolder looks whether a hit shows that a value is no noise, or is of use to
// so many sources that together they may hold all slots anyway. Fewer of them
// might be parts of one scan, which take what they hold off one another's account.
func (p *population) updateHolder(s *slot, a *Asker) {
	if s.holder == nil || !p.sharedOnly && s.hits < establishedHits {
		return
	}
	if !p.sharedOnly {
		p.markEstablished(s)
	}
	if key := a.holderKey(); s.holder.key != key && s.join(key) >= p.sourcesForPublic {
		p.disown(s)
	}
}

// join notes one more source that asks for a value and tells how many there are,
// the holder included.
func (s *slot) join(key uint64) int {
	short := uint32(key)
	for i := range s.others {
		switch s.others[i] {
		case short:
			return 1 + s.known()
		case 0:
			s.others[i] = short
			return 1 + s.known()
		}
	}
	return 1 + len(s.others)
}

// known is how many further sources are noted.
func (s *slot) known() (n int) {
	for n < len(s.others) && s.others[n] != 0 {
		n++
	}
	return n
}
