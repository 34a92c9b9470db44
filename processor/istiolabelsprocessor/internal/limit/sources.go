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

// settle looks whether a hit shows that a value is no noise, or is of use to
// more than one source. Two sources that touch a value once each prove nothing:
// they might be two halves of a scan.
func (p *population) settle(s *slot, a *Asker) {
	if s.source == nil || !p.byUse && s.hits < provenHits {
		return
	}
	if s.source.key != p.key(a) {
		p.discharge(s)
	} else if !p.byUse {
		p.prove(s)
	}
}
