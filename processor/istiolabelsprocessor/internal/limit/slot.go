// SPDX-License-Identifier: Apache-2.0

package limit

// slot is a place for one value: live while the value has it, free otherwise. A
// free slot remembers the value that had it last, which may come back to it.
// A slot is 128 bytes, beside its entry in the index.
type slot struct {
	hash uint64
	text string
	// network is the name of the address' network, if it is wanted.
	network string
	// number is the slot's own within its label, and term counts the values that
	// it was given to.
	number uint32
	term   uint64

	live bool
	// noted is set while the slot is to be saved; released is how far it is saved that
	// it may go to another value.
	noted    bool
	released released
	// fresh is set while the slot counts against its holder as one of a value that
	// came seldom.
	fresh bool
	group int16
	hits  uint32
	// period is that of the last hit: hits halve with each one since.
	period int64
	// seen is when the value came last. It lags by less than a granule.
	seen int64

	// holder is the source that the slot counts against, or nil. others are hashes
	// of further sources that asked for the value.
	holder *holder
	others [maxSources - 1]uint32

	prev, next int32
}

// decayed is how often the value came, halved with each period since.
func (s *slot) decayed(period int64) uint32 {
	return s.hits >> min(uint64(max(period-s.period, 0)), 31)
}

// none ends a list of slots.
const none = -1

// list is a list of slots, linked through them.
type list struct {
	first, last int32
	len         int
}

func newList() list { return list{first: none, last: none} }

// push adds a slot at the end of a list.
func (p *population) push(l *list, i int32) {
	s := &p.slots[i]
	s.prev, s.next = l.last, none
	if l.last != none {
		p.slots[l.last].next = i
	} else {
		l.first = i
	}
	l.last = i
	l.len++
}

// pull takes a slot out of a list.
func (p *population) pull(l *list, i int32) {
	s := &p.slots[i]
	if s.prev != none {
		p.slots[s.prev].next = s.next
	} else {
		l.first = s.next
	}
	if s.next != none {
		p.slots[s.next].prev = s.prev
	} else {
		l.last = s.prev
	}
	l.len--
}
