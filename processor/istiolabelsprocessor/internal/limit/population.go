// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/spacesaving"
)

// population is a fixed number of slots and the values that have them. Values
// are known by a hash whose seed nobody knows.
type population struct {
	size, perSource int
	// first is the number of the first slot.
	first uint32
	// sourcesForPublic is how many sources make a value nobody's.
	sourcesForPublic int
	// sharedOnly is set where it takes further sources, and not more hits, to make
	// a value more than one source's: a scan touches a network many times.
	sharedOnly bool
	// idle is how long a value may stay away, granule how precisely it is known
	// when it came, halfLife after what time counts halve.
	idle, granule, halfLife int64

	slots   []slot           // those that were ever used
	live    list             // by when their values came, the longest ago first
	free    list             // by when they became free, the longest ago first
	index   map[uint64]int32 // the slots of values, and of those that free slots had last
	holders map[uint64]*holder
	groups  []group
	changes changes
	sketch  *spacesaving.Sketch // of what has no slot

	// saving is set if changes are noted: those slots, and which of them were written.
	saving         bool
	noted, written []int32
	// firstTerm is the term before the first one of a slot that was never used.
	firstTerm uint64

	hand       int // where the last look for a value that came seldom ended
	period     int64
	nextPeriod int64
	counts     Counts
}

// Counts tell what a limiter did: a value that comes back after it was idle is
// admitted once more.
type Counts struct{ Admitted, EvictedIdle, EvictedOutranked int64 }

func newPopulation(o *Options, size int, first uint32, guaranteed []string) *population {
	p := &population{
		size:             size,
		first:            first,
		perSource:        max(1, part(o.MaxSourceShare, size)),
		sourcesForPublic: o.sourcesForPublic(),
		idle:             int64(o.IdleTimeout),
		granule:          int64(max(o.IdleTimeout/granules, minGranule)),
		halfLife:         int64(max(o.IdleTimeout/halfLives, minHalfLife)),
		live:             newList(),
		free:             newList(),
		index:            make(map[uint64]int32),
		holders:          make(map[uint64]*holder),
		changes:          newChanges(size),
		sketch:           spacesaving.New(2 * size),
	}
	left, leftChanges := size, p.changes.most()
	for _, name := range guaranteed {
		g := group{
			name:            name,
			reserved:        min(part(o.Guaranteed[name], size), left),
			reservedChanges: min(part(o.Guaranteed[name], p.changes.most()), leftChanges),
		}
		p.groups = append(p.groups, g)
		left -= g.reserved
		leftChanges -= g.reservedChanges
	}
	p.groups = append(p.groups, group{})
	return p
}

// find gives the slot of a value that has one, and counts the hit.
func (p *population) find(hash uint64, a *Asker, now int64) *slot {
	i, ok := p.index[hash]
	if !ok || !p.slots[i].live {
		return nil
	}
	p.hit(i, a, now)
	return &p.slots[i]
}

func (p *population) hit(i int32, a *Asker, now int64) {
	s := &p.slots[i]
	if now-s.seen >= p.granule {
		s.seen = now
		p.pull(&p.live, i)
		p.push(&p.live, i)
	}
	s.hits = s.decayed(p.period)
	if s.hits < math.MaxUint32 {
		s.hits++
	}
	s.period = p.period
	p.updateHolder(s, a)
}
