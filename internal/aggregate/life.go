// SPDX-License-Identifier: Apache-2.0

package aggregate

// life is what decides when a group of series ends: the counters of one
// target, or what a label set holds beside its targets. A group that ends is
// exported a last time with its value, is exported once more as ended, and is
// forgotten when the next component took that and nothing was added meanwhile.
//
// Flags, not times, tell what changed: the clock may step.
type life struct {
	// quiet is the clock of the collection that last found a change.
	quiet int64
	// acceptedAt is the time of the collection that was last accepted, 0 if none
	// was. The series that started before it need no zero any more.
	acceptedAt int64
	// records is how many the group counted since the value that was last accepted.
	records int64
	// born is the number of the collection after whose start the group began.
	// That collection leaves it out: it may have exported an end of the same
	// labels, and has one point of a series at most.
	born uint32
	// alive is false before the first amount and after the end.
	alive bool
	// changed since the last collection.
	changed bool
	// zeroUnderWay is set while the last collection's points of zero have not been
	// accepted.
	zeroUnderWay bool
	// unsent is true while the last value collected has not been accepted.
	unsent bool
}

// touch notes an amount.
func (l *life) touch(collection uint32) {
	if !l.alive {
		l.alive, l.born = true, collection
	}
	l.changed = true
	l.records++
}

// collect notes that the group is being collected.
func (l *life) collect(clock int64) {
	if l.changed {
		l.changed, l.unsent, l.quiet = false, true, clock
	}
}

// accepted tells whether all that the group counted has been accepted. A group
// may not end before.
func (l *life) accepted() bool { return !l.changed && !l.unsent }

// Cause of a series' end.
type Cause uint8

const (
	// Idle series did not change for as long as Options say.
	Idle Cause = iota
	// SlotLost means that the slot of a label's value was given to another one.
	SlotLost
	// ProcessorGone means that the processor which gave the slot of a label's value
	// has said nothing for long, while another one has.
	ProcessorGone
	// Unpinned means that nobody pins the label set.
	Unpinned

	// NumCauses is the number of causes.
	NumCauses
)

// String is the cause in self-telemetry.
func (c Cause) String() string {
	return [NumCauses]string{"idle", "slot_lost", "processor_gone", "unpinned"}[c]
}

// end forgets a group, and its set if nothing else is left of it.
func (s *State) end(g Group) {
	s.noteEnd(g.set, g.target)
	if g.target != nil {
		s.endTarget(g.set, g.target, g.cause)
	} else {
		s.stats.Series -= g.set.endOwn()
	}
	if g.set.empty() {
		s.remove(g.set)
		s.stats.EndedSets[g.cause]++
	}
}

// remove forgets a set that has nothing.
func (s *State) remove(set *LabelSet) {
	for i := range set.slots {
		s.slots.release(&set.slots[i].reference)
	}
	s.charge(set, -s.budget.set(set))
	s.byKey.delete(set.key)
	s.sets.remove(set)
	set.gone = true
	s.stats.Sets--
}

func (s *State) endTarget(set *LabelSet, t *target, cause Cause) {
	for i := range t.slots {
		s.slots.release(&t.slots[i])
	}
	set.remove(t)
	s.charge(set, -s.budget.next(set))
	s.stats.Series -= numBegun(t.counters)
	if t.addresses != (Addresses{}) {
		s.stats.Addresses--
		s.stats.EndedAddresses[cause]++
	}
}

// endOwn forgets what a set has beside its targets, and tells how many series
// that was.
func (s *LabelSet) endOwn() (series int) {
	series = s.ownSeries()
	clear(s.plain)
	clear(s.histograms)
	clear(s.gauges)
	s.own = life{}
	return series
}
