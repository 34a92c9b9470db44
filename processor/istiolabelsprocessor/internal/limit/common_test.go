// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// start is when tests begin.
const start = int64(1_800_000_000_000_000_000)

// fixture is a limiter with a clock of its own.
type fixture struct {
	*Limiter
	now int64
}

func newFixture(o Options) *fixture {
	return &fixture{Limiter: New(o), now: start}
}

func (f *fixture) ask(address string, a *Asker) string {
	return f.Address(address, a, f.now).Value
}

func (f *fixture) stats() Stats { return f.Stats(f.now) }

// check holds the state of each population against itself.
func (f *fixture) check(t *testing.T) {
	t.Helper()
	live, first := 0, uint32(1)
	for _, p := range f.populations {
		require.Equal(t, first, p.first)
		p.check(t)
		live += p.live.len
		first += uint32(p.size)
	}
	require.LessOrEqual(t, live, f.options.Limit)
	require.Equal(t, f.options.Limit, int(first)-1, "all slots have a number")
}

func (p *population) check(t *testing.T) {
	t.Helper()
	free, held, holders, remembered := 0, make([]int, len(p.groups)), map[uint64]holder{}, 0
	for i := range p.slots {
		s := &p.slots[i]
		require.Equal(t, p.first+uint32(i), s.number)
		require.Positive(t, s.term)
		if known, ok := p.index[s.hash]; ok && known == int32(i) {
			remembered++
		}
		if !s.live {
			free++
			require.Nil(t, s.holder)
			continue
		}
		require.Equal(t, int32(i), p.index[s.hash])
		held[s.group]++
		if s.holder != nil {
			h := holders[s.holder.key]
			h.key = s.holder.key
			if h.total++; s.fresh {
				h.fresh++
			}
			holders[s.holder.key] = h
		}
	}
	require.LessOrEqual(t, len(p.slots), p.size)
	require.Len(t, p.index, remembered)
	require.Equal(t, free, p.count(t, &p.free))
	require.Equal(t, len(p.slots)-free, p.count(t, &p.live))
	promised := 0
	for g := range p.groups {
		require.Equal(t, held[g], p.groups[g].held)
		promised += max(held[g], p.groups[g].reserved)
	}
	require.LessOrEqual(t, promised, p.size, "what is guaranteed can be given")
	p.checkChanges(t, holders)
	require.Len(t, p.holders, len(holders))
	for key, h := range holders {
		require.Equal(t, h, *p.holders[key])
		require.LessOrEqual(t, h.fresh, p.perSource)
	}
}

// count walks a list and tells how long it is.
func (p *population) count(t *testing.T, l *list) (n int) {
	t.Helper()
	last := int32(none)
	for i := l.first; i != none; i = p.slots[i].next {
		require.Equal(t, l == &p.live, p.slots[i].live)
		require.Equal(t, last, p.slots[i].prev)
		require.True(t, l == &p.free || last == none || p.slots[last].seen <= p.slots[i].seen, "in order of time")
		last = i
		n++
	}
	require.Equal(t, last, l.last)
	require.Equal(t, n, l.len)
	return n
}

// checkChanges counts what changed lately, for those who hold slots, too.
func (p *population) checkChanges(t *testing.T, holders map[uint64]holder) {
	t.Helper()
	c := &p.changes
	require.Len(t, c.ring, max(1, p.size/10))
	changed, last := make([]int, len(p.groups)), int64(0)
	for n := range c.n {
		one := c.ring[(c.first+n)%len(c.ring)]
		require.GreaterOrEqual(t, one.at, last)
		last = one.at
		changed[one.group]++
		h := holders[one.holder.key]
		h.key = one.holder.key
		h.changes++
		holders[one.holder.key] = h
	}
	for g := range p.groups {
		require.Equal(t, changed[g], p.groups[g].changes)
	}
}

// minute is how long all that changed hands is remembered, and longer.
const minute = int64(time.Minute)
