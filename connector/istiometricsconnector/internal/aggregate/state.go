package aggregate

// State holds everything that was added up. It is not safe for concurrent use:
// who has it locks around its methods and those of a Collection. Adding to a
// known series allocates nothing.
//
// A first sample of zero and a copy on disk find their place here and in Set:
// nothing outside holds a series.
type State struct {
	layouts   [2]layout
	exemplars bool
	idle      int64

	byKey  index[string, *Set]
	sets   chain[Set, *Set]
	budget budget
	stats  Stats

	// collections is the number of those that have started.
	collections uint32
	// ended is the time of the last end that went out: what begins later starts
	// later.
	ended int64
	// boundedChanges counts sets that came to have more labels with slots.
	boundedChanges int
	overflowKey    []byte
}

// Stats describe a State. All but the first group only grow.
type Stats struct {
	// Sets is the number of sets of labels, Targets that of addresses in them.
	Sets, Targets int
	// Series as remote write counts them, and Charged those that they may
	// become, which MaxSeries bounds.
	Series, Charged int

	// Incomplete counts observations left out, by the field that a record
	// should have had and did not, or not as a number.
	Incomplete [NumFields]int64
	// Cleaned counts sets and addresses, each time they were met, with a value
	// that could not stay as it was: no UTF-8, control characters, or an
	// address too long.
	Cleaned int64
	// Overflowed counts observations that went to an overflow set.
	Overflowed int64
	// EndedSets and EndedTargets count ends, targets being addresses.
	EndedSets, EndedTargets [NumCauses]int64
}

// New returns an empty State.
func New(o Options) *State {
	s := &State{layouts: newLayouts(o), exemplars: o.Exemplars, idle: o.IdleTimeout}
	s.budget = newBudget(&s.layouts, o.MaxSeries)
	return s
}

// Stats tells about the state so far.
func (s *State) Stats() Stats { return s.stats }

// Apply adds a batch up, as having arrived now. It keeps nothing of the batch.
func (s *State) Apply(b *Batch, now int64) {
	now = max(now, s.ended+1)
	for i := range b.groups {
		g := &b.groups[i]
		key := b.keys[g.key.from:g.key.to]
		if !s.layouts[protocolOf(key)].empty() {
			s.applyGroup(key, g.key.bounded, b.observations[g.first:g.last], now)
		}
	}
}

func (s *State) applyGroup(key []byte, bounded uint64, observations []Observation, now int64) {
	set, key := s.find(key)
	if set != nil && bounded&^set.bounded != 0 {
		set.bounded |= bounded
		s.boundedChanges++
	}
	for i := range observations {
		o := &observations[i]
		if set == nil {
			set = s.admit(key, bounded)
		}
		if set == nil || !s.add(set, o, now) {
			s.addOverflow(key, bounded, o, now)
		}
	}
}

// find returns the set of a key, nil if there is none, and the key with clean
// values.
func (s *State) find(key []byte) (set *Set, clean []byte) {
	if set, ok := s.byKey.entries[string(key)]; ok { // does not allocate
		return set, key
	}
	clean, changed := cleanKey(key)
	if changed {
		s.stats.Cleaned++
	}
	return s.byKey.entries[string(clean)], clean
}

// admit makes an ordinary set if it fits with a first target.
func (s *State) admit(key []byte, bounded uint64) *Set {
	if !s.budget.fits(ordinary, s.budget.whole(protocolOf(key))) {
		return nil
	}
	return s.put(key, bounded, ordinary)
}

// put makes a set and charges what it has beside its targets.
func (s *State) put(key []byte, bounded uint64, k kind) *Set {
	set := newSet(string(key), &s.layouts)
	set.bounded, set.kind = bounded, k
	s.byKey.put(set.key, set)
	s.sets.append(set)
	s.stats.Sets++
	s.charge(k, s.budget.set(set))
	return set
}

func (s *State) charge(k kind, series int) {
	s.budget.charge(k, series)
	s.stats.Charged += series
}

// add adds an observation to its target and to what the set has beside, or to
// nothing if there is no room for the target.
func (s *State) add(set *Set, o *Observation, now int64) bool {
	l := &s.layouts[set.protocol]
	if len(l.addressed) > 0 {
		t := s.target(set, &o.Addresses)
		if t == nil {
			return false
		}
		t.touch(s.collections)
		s.addCounters(t.counters, l.addressed, o, now)
	}
	if s.budget.own[set.protocol] > 0 {
		set.own.touch(s.collections)
		s.addCounters(set.plain, l.plain, o, now)
		s.addHistograms(set.histograms, l.histograms, o, now)
	}
	return true
}

// target finds or makes the target of an address. It returns nil if there is
// no room for a new one.
func (s *State) target(set *Set, a *Addresses) *target {
	if a.short() {
		if t := set.find(a); t != nil {
			return t
		}
	}
	clean, changed := a.clean()
	if changed {
		s.stats.Cleaned++
		if t := set.find(&clean); t != nil {
			return t
		}
	}
	series := s.budget.next(set)
	if !s.budget.fits(set.kind, series) {
		return nil
	}
	s.charge(set.kind, series)
	if clean != (Addresses{}) {
		s.stats.Targets++
	}
	return set.put(&clean, len(s.layouts[set.protocol].addressed))
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

func (s *State) addHistograms(histograms []histogram, slots []histogramSlot, o *Observation, now int64) {
	for i := range slots {
		slot := &slots[i]
		value := o.Values[slot.field]
		if value < 0 {
			s.incomplete(slot.field, value)
			continue
		}
		h := &histograms[i]
		bucket, began := h.observe(slot, value, now)
		if began {
			s.stats.Series += slot.series()
		}
		if s.exemplars && o.Trace != [16]byte{} {
			h.offer(o, bucket, value, now)
		}
	}
}

func (s *State) incomplete(f Field, value int64) {
	if value == Absent && f.optional() {
		return
	}
	s.stats.Incomplete[f]++
}
