package aggregate

// State holds everything that was added up. It is not safe for concurrent use:
// who has it locks around Apply, Sets, Append and Stats. Adding to a known
// series allocates nothing.
//
// It is unbounded for now: one Set for each set of labels and one target for
// each address within it, for as long as it lives. A bound, an end to idle
// series, a first sample of zero and a copy on disk all find their place here
// and in Set, since nothing outside holds a series; a Set that was taken by
// Sets and left the State since may still be asked for its points.
type State struct {
	layouts   [2]layout
	exemplars bool

	byKey map[string]*Set
	order []*Set
	stats Stats
}

// Stats describe a State. The counts grow for as long as it lives.
type Stats struct {
	// Sets is the number of sets of labels, Targets that of addresses in them.
	Sets, Targets int
	// Series as remote write counts them.
	Series int
	// Incomplete counts observations left out, by the field that a record
	// should have had and did not, or not as a number.
	Incomplete [NumFields]int64
	// Cleaned counts sets and addresses, each time they were met, with a value
	// that could not stay as it was: no UTF-8, control characters, or an
	// address too long.
	Cleaned int64
}

// New returns an empty State.
func New(o Options) *State {
	return &State{
		layouts:   newLayouts(o),
		exemplars: o.Exemplars,
		byKey:     make(map[string]*Set),
	}
}

// Sets lists the sets of labels in order of appearance. The list is valid
// until the next Apply.
func (s *State) Sets() []*Set { return s.order }

// Stats tells about the state so far.
func (s *State) Stats() Stats { return s.stats }

// Apply adds a batch up, as having arrived now. It keeps nothing of the batch.
func (s *State) Apply(b *Batch, now int64) {
	for _, g := range b.groups {
		set := s.find(b.keys[g.keyFrom:g.keyTo])
		for i := g.first; i < g.last; i++ {
			s.add(set, &b.observations[i], now)
		}
	}
}

// find returns the set of a key, new if need be.
func (s *State) find(key []byte) *Set {
	if set, ok := s.byKey[string(key)]; ok { // does not allocate
		return set
	}
	clean, changed := cleanKey(string(key))
	if changed {
		s.stats.Cleaned++
		if set, ok := s.byKey[clean]; ok {
			return set
		}
	}
	set := newSet(clean, &s.layouts)
	s.byKey[clean] = set
	s.order = append(s.order, set)
	s.stats.Sets++
	return set
}

func (s *State) add(set *Set, o *Observation, now int64) {
	l := &s.layouts[set.protocol]
	if len(l.addressed) > 0 {
		s.addCounters(s.target(set, l, o.Address).counters, l.addressed, o, now)
	}
	s.addCounters(set.plain, l.plain, o, now)
	for i := range l.histograms {
		slot := &l.histograms[i]
		value := o.Values[slot.field]
		if value < 0 {
			s.incomplete(slot.field, value)
			continue
		}
		h := &set.histograms[i]
		bucket, began := h.observe(slot, value, now)
		if began {
			s.stats.Series += slot.series()
		}
		if s.exemplars && o.Trace != [16]byte{} {
			h.offer(o, bucket, value, now)
		}
	}
}

func (s *State) target(set *Set, l *layout, address string) *target {
	before := len(set.byAddress)
	t, changed := set.target(l, address)
	s.stats.Targets += len(set.byAddress) - before
	if changed {
		s.stats.Cleaned++
	}
	return t
}

func (s *State) addCounters(counters []counter, slots []counterSlot, o *Observation, now int64) {
	for i, slot := range slots {
		if o.Closed && !slot.closed {
			continue
		}
		amount := int64(1)
		if slot.field != one {
			if amount = o.Values[slot.field]; amount < 0 {
				s.incomplete(slot.field, amount)
				continue
			}
		}
		c := &counters[i]
		if c.add(amount, now) {
			s.stats.Series++
		}
		if s.exemplars && o.Trace != [16]byte{} {
			c.offer(o, amount, now)
		}
	}
}

func (s *State) incomplete(f Field, value int64) {
	if value == Absent && f.optional() {
		return
	}
	s.stats.Incomplete[f]++
}
