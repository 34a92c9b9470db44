// SPDX-License-Identifier: Apache-2.0

package aggregate

// Collection goes once through all series that there were when it started. It
// does so in steps, between which the State may be added to. Only one may be
// under way at a time. Whoever has it
//
//	calls Append until that returns false, now and then sending what the
//	snapshot holds on: what was accepted goes to Accept, in any number of
//	parts, before the next Append; what was refused is passed to nobody.
type Collection struct {
	state      *State
	now, clock int64
	// before is the start time of series that began before the collection started.
	before int64
	// onlyUnsent leaves out groups whose last value was accepted.
	onlyUnsent bool

	// The next group is target, or what set has beside its targets if that is
	// nil. Only groups that were collected are removed: these two stay.
	set    *LabelSet
	target *target
}

// Group is a group of series that share their end, and what a collection did
// with it.
type Group struct {
	set    *LabelSet
	target *target // nil for what the set has beside its targets
	ends   bool
	cause  Cause
	// records is what the group had counted since the value that was last accepted.
	records int64
}

// resolution is the least time between two points of a series, in nanoseconds:
// Prometheus' times are whole milliseconds.
const resolution = 1e6

// Collect starts a collection as of now, or 1 ms after the start time of the newest
// series if the clock was set back: see Time. The clock, in nanoseconds since any
// time, must never step: it tells how long series have been idle, and processors
// silent.
func (s *State) Collect(now, clock int64) *Collection {
	s.collections++
	s.slots.findSilent(clock)
	c := &Collection{state: s, now: max(now, s.start+resolution), clock: clock, before: s.start}
	s.start, s.collected, s.clock = c.now, c.now, clock
	c.enter(s.sets.first)
	return c
}

// Time is the time of all points of the collection. It is later than that of the
// collection before.
func (c *Collection) Time() int64 { return c.now }

// CollectUnsent starts a collection like Collect, of the groups alone whose last
// value has not been accepted. None of them ends.
func (s *State) CollectUnsent(now, clock int64) *Collection {
	c := s.Collect(now, clock)
	c.onlyUnsent = true
	return c
}

// startOf is the start time of a series, which is before the time of the collection.
// One that began after the collection had started starts when the one before ended.
func (c *Collection) startOf(start int64) int64 {
	if start >= c.now {
		return c.before
	}
	return start
}

// enter goes to the first group of a set.
func (c *Collection) enter(set *LabelSet) {
	c.set = set
	if set != nil {
		c.target = set.targets.first
	}
}

// Append appends the points of the next groups, that many, to a snapshot. It
// tells whether there may be more.
func (c *Collection) Append(n *Snapshot, groups int) bool {
	for ; groups > 0 && c.set != nil; groups-- {
		set := c.set
		if t := c.target; t != nil {
			c.target = t.next
			c.collect(n, &t.life, Group{set: set, target: t})
		}
		if c.target != nil {
			continue
		}
		// The last target and what the set has beside go together: between two
		// calls the set has something that was not collected, and so stays.
		c.collect(n, &set.own, Group{set: set})
		c.enter(set.next)
	}
	return c.set != nil
}

func (c *Collection) collect(n *Snapshot, l *life, g Group) {
	s := c.state
	if !l.alive || l.born == s.collections || c.onlyUnsent && l.accepted() {
		return
	}
	l.collect(c.clock)
	g.records = l.records
	var over bool
	if g.cause, over = g.outdated(); !over {
		over = s.idle > 0 && c.clock-l.quiet >= s.idle
	}
	if s.pinned {
		g.cause, over = Unpinned, g.set.pins == 0
	}
	g.ends = over && l.accepted()
	zeros := n.zeros
	n.appendGroup(g, c)
	if l.zeroUnderWay = n.zeros > zeros; l.zeroUnderWay || s.saving.folding {
		s.note(g.set, g.target)
	}
}

// outdated tells whether one of the values in a group's labels has lost its slot.
func (g *Group) outdated() (cause Cause, outdated bool) {
	for i := range g.set.slots {
		if cause, outdated = g.set.slots[i].outdated(); outdated {
			return cause, true
		}
	}
	if g.target == nil {
		return 0, false
	}
	for i := range g.target.slots {
		if cause, outdated = g.target.slots[i].outdated(); outdated {
			return cause, true
		}
	}
	return 0, false
}

// Accept says that the next component took the points of these groups. Groups
// that ended, and were not added to since, are forgotten.
func (c *Collection) Accept(groups []Group) {
	for _, g := range groups {
		l := g.life()
		switch {
		case !g.ends:
			l.unsent = false
			l.records -= g.records
			l.acceptedAt, l.zeroUnderWay = c.now, false
		case !l.changed:
			c.state.end(g)
			c.state.start = max(c.state.start, c.now+resolution)
		}
	}
}

func (g *Group) life() *life {
	if g.target != nil {
		return &g.target.life
	}
	return &g.set.own
}
