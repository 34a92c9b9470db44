package limit

import (
	"hash/maphash"
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// skip is how many terms are left out of a slot that may have gone to another value
// since the last save. Between two saves it goes to one at most.
const skip = 4

// savedSlot is what was read of a slot.
type savedSlot struct {
	term                 uint64
	live, released       bool
	text, network, group string
	hits                 uint32
}

// Restorer collects what a Limiter saved, for another one that goes on with it. Its
// zero value has nothing.
type Restorer struct {
	populations []map[uint32]savedSlot
}

// Read reads what AppendUnsaved wrote.
func (r *Restorer) Read(d *state.Decoder) {
	for d.Byte() == 1 {
		r.readSlot(d)
	}
}

func (r *Restorer) readSlot(d *state.Decoder) {
	population, i := d.Uint(), d.Uint32()
	s := savedSlot{term: d.Uint(), live: d.Bool(), released: d.Bool()}
	if s.live {
		s.text, s.network, s.group = d.String(), d.String(), d.Word()
		s.hits = d.Uint32()
	}
	if population > maxLevels || i > contract.MaxSlot || s.term == 0 || s.term > contract.MaxTerm || s.live && s.text == "" {
		d.Fail()
		return
	}
	for uint64(len(r.populations)) <= population {
		r.populations = append(r.populations, map[uint32]savedSlot{})
	}
	r.populations[population][i] = s
}

// maxLevels is more than there are lengths of prefixes.
const maxLevels = 256

// Restore goes on with what was read, as of now. The limiter must be new, and have the
// sizes of the one that was saved. restarts is how often this was done since it was
// empty, this time included. It tells whether what was read makes sense.
//
// A value that goes on counts against no source, and it came a moment ago.
func (l *Limiter) Restore(r *Restorer, restarts uint64, now int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance(now)
	if len(r.populations) > len(l.populations) {
		return false
	}
	for i, p := range l.populations {
		p.age(l.now)
		p.firstTerm = restarts * skip
		if i < len(r.populations) && !p.restore(r.populations[i], l.seed, l.now) {
			return false
		}
	}
	return true
}

// Forget has the limiter begin with nothing.
func (l *Limiter) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.populations = l.newPopulations()
	l.nextWork = 0
}

func (p *population) restore(read map[uint32]savedSlot, seed maphash.Seed, now int64) bool {
	most := -1
	for i := range read {
		most = max(most, int(i))
	}
	if most >= p.size {
		return false
	}
	p.slots = make([]slot, most+1)
	for i := range p.slots {
		s := &p.slots[i]
		from, known := read[uint32(i)]
		*s = slot{number: p.first + uint32(i), term: from.term}
		if !from.live || from.released {
			s.term = min(max(s.term, p.firstTerm)+skip, contract.MaxTerm)
		}
		if !known || !from.live {
			p.push(&p.free, int32(i))
			continue
		}
		hash, ok := p.hash(from.text, seed)
		if _, taken := p.index[hash]; !ok || taken {
			return false
		}
		s.hash, s.text, s.network = hash, from.text, from.network
		s.live, s.hits, s.period, s.seen = true, max(1, from.hits), p.period, now
		s.group = p.group(&Asker{Destination: from.group})
		p.groups[s.group].held++
		p.index[hash] = int32(i)
		p.push(&p.live, int32(i))
	}
	return true
}

// hash is that of a value or, if the population is one of networks, a prefix.
func (p *population) hash(text string, seed maphash.Seed) (uint64, bool) {
	if !p.sharedOnly {
		return maphash.String(seed, text), true
	}
	prefix, err := netip.ParsePrefix(text)
	return maphash.Comparable(seed, prefix), err == nil
}

// Sizes are what must be the same in a limiter that goes on with what another one has
// saved.
func (l *Limiter) Sizes() (sizes []int) {
	for _, p := range l.populations {
		sizes = append(sizes, p.size)
	}
	return sizes
}

// nextTerm is that of a slot which is given to another value.
func (p *population) nextTerm(s *slot) uint64 {
	return max(s.term, p.firstTerm) + 1
}
