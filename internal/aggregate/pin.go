// SPDX-License-Identifier: Apache-2.0

package aggregate

// A State with Options.Pinned has the label sets that somebody pins, for somebody who
// knows by himself what there is and for how long. Nothing is looked up to count, and
// there is no other end: a set ends once nobody pins it.

// Pin returns the label set of a key, which it makes if need be. The set stays until
// each Pin has had its Unpin, and then until its end was accepted.
func (s *State) Pin(l Labels, key []byte) *LabelSet {
	if clean, changed := cleanKey(key); changed {
		s.stats.Cleaned++
		key = clean
	}
	set := s.byKey.entries[string(key)]
	if set == nil {
		set = s.put(key, &s.layouts[l.Schema][protocolOf(key)], ordinary, nil)
	}
	set.pins++
	return set
}

// Unpin undoes a Pin, of a set that has counted something. It tells whether others pin
// the set.
func (s *State) Unpin(set *LabelSet) (pinned bool) {
	set.pins--
	return set.pins > 0
}

// Count adds to a set that is pinned what several records add up to. The metrics of the
// set carry no address.
func (s *State) Count(set *LabelSet, o *Observation, records int64) {
	s.addOwn(set, o, s.start)
	set.own.records += records - 1
}

// CountBefore adds what was counted before the State began. It does not show as an
// increase if it begins the series: they have no zero before them.
func (s *State) CountBefore(set *LabelSet, o *Observation) {
	began := !set.own.alive
	s.Count(set, o, 0)
	if began {
		set.own.acceptedAt = s.start + resolution
	}
}

// Gone tells whether the set has ended. A set that is gone counts nothing.
func (s *LabelSet) Gone() bool { return s.gone }

// Totals appends the values of the counters that carry no address, in the order of
// their metrics.
func (s *LabelSet) Totals(dst []int64) []int64 {
	for i := range s.plain {
		dst = append(dst, s.plain[i].value)
	}
	return dst
}
