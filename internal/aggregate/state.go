// SPDX-License-Identifier: Apache-2.0

package aggregate

// State holds everything that was added up. It is not safe for concurrent use:
// who has it locks around its methods and those of a Collection. Adding to a
// known series allocates nothing.
//
// Nothing outside holds a series. What changes is noted to be saved: see saving.
type State struct {
	layouts   layouts
	optional  [NumFields]bool
	exemplars bool
	idle      int64
	pinned    bool

	byKey  index[string, *LabelSet]
	sets   chain[LabelSet, *LabelSet]
	budget budget
	slots  slotTable
	stats  Stats

	saving saving

	// collections is the number of those that have started.
	collections uint32
	// collected is the time of the last collection, clock its clock.
	collected, clock int64
	// start is the start time of a series that begins now: the time of the last
	// collection, or 1 ms after it once an end went out with it. A later life of a
	// series so starts after the end of the one before.
	start int64

	overflowKey   []byte
	overflowSlots []Slot
	overflowed    []byte // who reported what overflowed last, as a key
	// holders hold series; see holder.
	holders   index[string, *holder]
	holderKey []byte
}

// Stats describe a State. All but the first group only grow.
type Stats struct {
	// Sets is the number of sets of labels, Addresses that of addresses in them.
	Sets, Addresses int
	// Series as remote write counts them, and Committed those that they may
	// become, which MaxSeries bounds.
	Series, Committed int

	// Incomplete counts observations left out, by the field that a record
	// should have had and did not, or not as a number.
	Incomplete [NumFields]int64
	// Cleaned counts sets and addresses, each time they were met, with a value
	// that could not stay as it was: no UTF-8, control characters, or an
	// address too long.
	Cleaned int64
	// Overflowed counts observations that went to an overflow set.
	Overflowed int64
	// EndedSets and EndedAddresses count ends.
	EndedSets, EndedAddresses [NumCauses]int64
}

// New returns an empty State that counts from now on.
func New(o Options, now int64) *State {
	s := &State{layouts: newLayouts(o), optional: o.Optional, exemplars: o.Exemplars, idle: o.IdleTimeout, pinned: o.Pinned, start: now}
	s.budget = newBudget(s.layouts, o.MaxSeries)
	s.slots.silence = silence
	return s
}

// Stats tells about the state so far.
func (s *State) Stats() Stats { return s.stats }

// Apply adds a batch up, as having arrived now, but not before the last collection:
// the clock may have been set back. It keeps nothing of the batch.
func (s *State) Apply(b *Batch, now int64) {
	now = max(now, s.start)
	var key, slots, observations int
	for i := range b.groups {
		g := &b.groups[i]
		a := arrival{
			Labels:       g.labels,
			key:          b.keys[key:g.key],
			slots:        b.slots[slots:g.slots],
			observations: b.observations[observations:g.observationsEnd],
			now:          now,
		}
		key, slots, observations = g.key, g.slots, g.observationsEnd
		a.layout = &s.layouts[a.Schema][protocolOf(a.key)]
		a.of = s.slots.recordFrom(a.Incarnation)
		if a.layout.empty() {
			s.passSlots(&a)
		} else {
			s.apply(&a)
		}
	}
}

func (s *State) apply(a *arrival) {
	set := s.find(a)
	if set != nil {
		s.refer(set, a, a.slots)
	}
	for i := range a.observations {
		o := &a.observations[i]
		if set == nil {
			set = s.admit(a)
		}
		if set == nil || !s.add(set, a, o) {
			s.addOverflow(a, o)
		}
	}
}

// find returns the set of an arrival, nil if there is none. It leaves clean values
// in the key.
func (s *State) find(a *arrival) *LabelSet {
	if set, ok := s.byKey.entries[string(a.key)]; ok { // does not allocate
		return set
	}
	clean, changed := cleanKey(a.key)
	if changed {
		s.stats.Cleaned++
		a.key = clean
	}
	return s.byKey.entries[string(a.key)]
}

// admit makes an ordinary set if it fits with a first target.
func (s *State) admit(a *arrival) *LabelSet {
	if !s.budget.fits(ordinary, a.layout.whole()) {
		return nil
	}
	by := s.holder(a.key)
	if !s.budget.leaves(by) {
		return nil
	}
	set := s.put(a.key, a.layout, ordinary, by)
	s.refer(set, a, a.slots)
	return set
}

// put makes a set and charges what it has beside its targets. Of overflow sets
// the last ones alone have histograms.
func (s *State) put(key []byte, l *layout, from account, by *holder) *LabelSet {
	set := newLabelSet(string(key), l, from == ordinary || from == lastOverflow)
	set.account, set.holder = from, by
	s.byKey.put(set.key, set)
	s.sets.append(set)
	s.stats.Sets++
	s.charge(set, s.budget.set(set))
	return set
}

func (s *State) charge(set *LabelSet, series int) {
	s.budget.charge(set.account, series)
	s.chargeHolder(set, series)
	s.stats.Committed += series
}
