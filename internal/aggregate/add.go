// SPDX-License-Identifier: Apache-2.0

package aggregate

// add adds an observation to its target and to what the set has beside, or to
// nothing if there is no room for the target.
func (s *State) add(set *LabelSet, a *arrival, o *Observation) bool {
	l := set.layout
	if len(l.addressed) > 0 {
		t := s.target(set, &o.Addresses)
		if t == nil {
			return false
		}
		s.referAddresses(t, a, o)
		t.touch(s.collections)
		s.note(set, t)
		s.addCounters(t.counters, l.addressed, o, a.now)
	}
	if len(set.plain)+len(set.histograms)+len(set.gauges) > 0 {
		s.addOwn(set, o, a.now)
	}
	return true
}

// addOwn adds an observation to what the set has beside its targets.
func (s *State) addOwn(set *LabelSet, o *Observation, now int64) {
	set.own.touch(s.collections)
	s.note(set, nil)
	s.addCounters(set.plain, set.layout.plain, o, now)
	s.addHistograms(set, o, now)
	if len(set.gauges) > 0 {
		s.addGauges(set, o)
	}
}

// target finds or makes the target of an address. It returns nil if there is
// no room for a new one.
func (s *State) target(set *LabelSet, a *Addresses) *target {
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
	// A set was admitted with its first target.
	first := set.targets.first == nil
	if !s.budget.fits(set.account, series) || !first && !s.budget.leaves(set.holder) {
		return nil
	}
	s.charge(set, series)
	if clean != (Addresses{}) {
		s.stats.Addresses++
	}
	return set.put(&clean, len(set.layout.addressed))
}

func (s *State) addCounters(counters []counter, specs []counterSpec, o *Observation, now int64) {
	for i, spec := range specs {
		if o.Closed && !spec.closed {
			continue
		}
		amount := int64(1)
		if spec.field != One {
			if amount = o.Values[spec.field]; amount < 0 {
				s.incomplete(spec.field, amount)
				continue
			}
		}
		c := &counters[i]
		if c.add(amount, s.start) {
			s.stats.Series++
		}
		if s.exemplars && o.Trace != [16]byte{} {
			c.offer(o, amount, now)
		}
	}
}

func (s *State) addHistograms(set *LabelSet, o *Observation, now int64) {
	if len(set.histograms) == 0 {
		return
	}
	specs := set.layout.histograms
	for i := range specs {
		spec := &specs[i]
		value := o.Values[spec.field]
		if value < 0 {
			s.incomplete(spec.field, value)
			continue
		}
		h := &set.histograms[i]
		bucket, began := h.observe(spec, value, s.start)
		if began {
			s.stats.Series += spec.series()
		}
		if s.exemplars && o.Trace != [16]byte{} {
			h.offer(o, bucket, value, now)
		}
	}
}

func (s *State) incomplete(f Field, value int64) {
	if value == Absent && s.optional[f] {
		return
	}
	s.stats.Incomplete[f]++
}
