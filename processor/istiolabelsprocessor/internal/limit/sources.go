package limit

import "hash/maphash"

// source is a workload that holds slots of values that it alone made known. It
// is known by a hash of its name: names come from the network and may be long.
type source struct {
	key uint64
	// few is how many of the slots have a value that came seldom, all how many
	// there are.
	few, all int
}

func (p *population) key(a *Asker) uint64 { return maphash.String(p.seed, a.Source) }

// holdings are what a source holds.
func (p *population) holdings(key uint64) source {
	if from := p.sources[key]; from != nil {
		return *from
	}
	return source{key: key}
}

// charge counts a slot against a source.
func (p *population) charge(s *slot, key uint64, few bool) {
	from := p.sources[key]
	if from == nil {
		from = &source{key: key}
		p.sources[key] = from
	}
	from.all++
	if few {
		from.few++
	}
	s.source, s.few = from, few
}

// prove says that a value is no noise.
func (p *population) prove(s *slot) {
	if s.few {
		s.source.few--
		s.few = false
	}
}

// discharge says that a slot is nobody's alone.
func (p *population) discharge(s *slot) {
	if s.source == nil {
		return
	}
	p.prove(s)
	if s.source.all--; s.source.all == 0 {
		delete(p.sources, s.source.key)
	}
	s.source = nil
}

// settle looks whether a hit shows that a value is no noise, or is of use to so
// many sources that together they may hold all slots anyway: fewer of them might
// be parts of one scan, which take what they hold off one another's account.
func (p *population) settle(s *slot, a *Asker) {
	if s.source == nil || !p.byUse && s.hits < provenHits {
		return
	}
	if !p.byUse {
		p.prove(s)
	}
	if key := p.key(a); s.source.key != key && s.join(key) >= p.crowd {
		p.discharge(s)
	}
}

// join notes one more source that asks for a value and tells how many there are
// with the one that the slot counts against.
func (s *slot) join(key uint64) int {
	short := uint32(key)
	for i := range s.others {
		switch s.others[i] {
		case short:
			return 1 + s.count()
		case 0:
			s.others[i] = short
			return 1 + s.count()
		}
	}
	return 1 + len(s.others)
}

func (s *slot) count() (n int) {
	for n < len(s.others) && s.others[n] != 0 {
		n++
	}
	return n
}
