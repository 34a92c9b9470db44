package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// State holds everything that was added up. It is not safe for concurrent use:
// who has it locks around its methods and those of a Collection. Adding to a
// known series allocates nothing.
//
// A first sample of zero and a copy on disk find their place here and in Set:
// nothing outside holds a series.
type State struct {
	layouts   layouts
	exemplars bool
	idle      int64

	byKey  index[string, *Set]
	sets   chain[Set, *Set]
	budget budget
	slots  slotTable
	stats  Stats

	// collections is the number of those that have started.
	collections uint32
	// ended is the time of the last end that went out: what begins later starts
	// later.
	ended int64

	overflowKey   []byte
	overflowSlots []Slot
	overflowed    []byte // who reported what overflowed last, as a key
	// owners hold series; see owner.
	owners   index[string, *owner]
	ownerKey []byte
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

// New returns an empty State.
func New(o Options) *State {
	s := &State{layouts: newLayouts(o), exemplars: o.Exemplars, idle: o.IdleTimeout}
	s.budget = newBudget(s.layouts, o.MaxSeries)
	s.slots.silence = silence
	return s
}

// Stats tells about the state so far.
func (s *State) Stats() Stats { return s.stats }

// Apply adds a batch up, as having arrived now. It keeps nothing of the batch.
func (s *State) Apply(b *Batch, now int64) {
	now = max(now, s.ended+1)
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
		a.of = s.slots.speak(a.Incarnation)
		if a.layout.empty() {
			s.passSlots(&a)
		} else {
			s.apply(&a)
		}
	}
}

// arrival is a group of observations that have the same labels.
type arrival struct {
	Labels
	key          []byte
	slots        []Slot
	observations []Observation
	now          int64
	layout       *layout
	of           *incarnation // nil if it is not known
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
func (s *State) find(a *arrival) *Set {
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
func (s *State) admit(a *arrival) *Set {
	if !s.budget.fits(ordinary, a.layout.whole()) {
		return nil
	}
	from := s.owner(a.key)
	if !s.budget.leaves(from) {
		return nil
	}
	set := s.put(a.key, a.layout, ordinary, from)
	s.refer(set, a, a.slots)
	return set
}

// put makes a set and charges what it has beside its targets. Of overflow sets
// the last ones alone have histograms.
func (s *State) put(key []byte, l *layout, k kind, from *owner) *Set {
	set := newSet(string(key), l, k == ordinary || k == lastOverflow)
	set.kind, set.owner = k, from
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

// passSlots notes the slots of observations that move nothing.
func (s *State) passSlots(a *arrival) {
	for i := range a.slots {
		s.slots.pass(a.of, a.slots[i].Label, a.slots[i].Packed)
	}
	for i := range a.observations {
		s.passAddressSlots(a, &a.observations[i])
	}
}

func (s *State) passAddressSlots(a *arrival, o *Observation) {
	for i, packed := range o.AddressSlots {
		s.slots.pass(a.of, contract.AddressLabels[i].String(), packed)
	}
}

// refer notes which slots the values of a set's labels have.
func (s *State) refer(set *Set, a *arrival, slots []Slot) {
	for i := range slots {
		s.slots.see(set.reference(slots[i].Label), a.of, a.Incarnation, slots[i].Label, slots[i].Packed)
	}
}
