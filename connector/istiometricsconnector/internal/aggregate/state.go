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
	overflowed     []byte // who reported what overflowed last, as a key
	// owners hold series; see owner.
	owners   index[string, *owner]
	ownerKey []byte
}

// New returns an empty State.
func New(o Options) *State {
	s := &State{layouts: newLayouts(o), exemplars: o.Exemplars, idle: o.IdleTimeout}
	s.budget = newBudget(&s.layouts, o.MaxSeries)
	return s
}

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
	from := s.owner(key)
	if !s.budget.leaves(from) {
		return nil
	}
	return s.put(key, bounded, ordinary, from)
}

// put makes a set and charges what it has beside its targets. Of overflow sets
// the last ones alone have histograms.
func (s *State) put(key []byte, bounded uint64, k kind, from *owner) *Set {
	set := newSet(string(key), &s.layouts, k == ordinary || k == lastOverflow)
	set.bounded, set.kind, set.owner = bounded, k, from
	s.byKey.put(set.key, set)
	s.sets.append(set)
	s.stats.Sets++
	s.charge(set, s.budget.set(set))
	return set
}

func (s *State) charge(set *Set, series int) {
	s.budget.charge(set.kind, series)
	s.chargeOwner(set, series)
	s.stats.Committed += series
}
