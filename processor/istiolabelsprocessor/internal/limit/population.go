package limit

import (
	"hash/maphash"
	"math"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/spacesaving"
)

// population is a fixed number of slots and the values that have them. Values
// are known by a hash whose seed nobody knows.
type population struct {
	size, perSource int
	// crowd is how many sources make a value nobody's.
	crowd      int
	idle, rest int64
	halfLife   int64
	// byUse is set where it takes a second source, and not more hits, to make a
	// value more than one source's: a scan touches a network many times.
	byUse bool

	seed    maphash.Seed
	book    *book
	slots   []slot
	free    []int32
	index   map[uint64]int32 // values that live or rest
	heirs   map[uint64]int32 // the winners of slots that rest or are kept
	turns   map[uint64]int32 // slots that rest
	sources map[uint64]*source
	groups  []group
	sketch  *spacesaving.Sketch // of what has no slot

	live, outranked int
	hand            int
	period          int64
	counts          Counts
}

// Counts tell what a population did.
type Counts struct{ Admitted, EvictedIdle, EvictedOutranked int64 }

type state uint8

const (
	isFree state = iota
	isLive
	// restsIdle and restsOutranked wait for the end of their series.
	restsIdle
	restsOutranked
	// isKept waits for the value that won the slot.
	isKept
)

// slot is 176 bytes, beside its entries in maps.
type slot struct {
	hash uint64
	text string
	// network is the name of the address' network, if it is wanted.
	network string
	state   state
	few     bool // counts against the source as a value that came seldom
	group   int16
	hits    uint32
	period  int64 // of the last hit: hits halve with each one since
	seen    int64
	source  *source // that the slot counts against, or nil
	// others are hashes of further sources that asked for the value.
	others [maxCrowd - 1]uint32

	turn    uint64
	waiting uint64 // the watches that it rests for
	until   int64  // end of the rest without a watch, and of being kept
	heir    uint64
}

// group is a destination that is guaranteed slots. The last one, guaranteed
// none, is that of all other destinations.
type group struct {
	name           string
	reserved, held int
}

func newPopulation(o *Options, size int, guaranteed []string) *population {
	p := &population{
		size:      size,
		perSource: max(1, part(o.MaxSourceShare, size)),
		crowd:     o.crowd(),
		idle:      int64(o.IdleTimeout),
		rest:      int64(o.RestTimeout),
		halfLife:  int64(max(o.IdleTimeout/halfLives, minHalfLife)),
		index:     make(map[uint64]int32),
		heirs:     make(map[uint64]int32),
		turns:     make(map[uint64]int32),
		sources:   make(map[uint64]*source),
		sketch:    spacesaving.New(2 * size),
	}
	left := size
	for _, name := range guaranteed {
		reserved := min(part(o.Guaranteed[name], size), left)
		p.groups = append(p.groups, group{name: name, reserved: reserved})
		left -= reserved
	}
	p.groups = append(p.groups, group{})
	return p
}

func (p *population) group(a Asker) int16 {
	for i := range p.groups {
		if p.groups[i].name == a.Destination {
			return int16(i)
		}
	}
	return int16(len(p.groups) - 1)
}

// find gives the slot of a value that has one, and counts the hit. A value that
// rests because it stayed away is back.
func (p *population) find(hash uint64, a *Asker, now int64) *slot {
	i, ok := p.index[hash]
	if !ok {
		return nil
	}
	s := &p.slots[i]
	switch s.state {
	case isLive:
	case restsIdle:
		p.wake(s)
	default:
		return nil
	}
	p.hit(s, a, now)
	return s
}

func (p *population) hit(s *slot, a *Asker, now int64) {
	s.seen = now
	s.hits = s.decayed(p.period)
	if s.hits < math.MaxUint32 {
		s.hits++
	}
	s.period = p.period
	p.settle(s, a)
}

// decayed is how often the value came, halved with each period since.
func (s *slot) decayed(period int64) uint32 {
	return s.hits >> min(uint64(max(period-s.period, 0)), 31)
}
