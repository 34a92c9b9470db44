// SPDX-License-Identifier: Apache-2.0

package aggregate

// Unsent is what no accepted collection holds.
type Unsent struct {
	// Records that were counted since the last accepted value of their counters.
	Records int64
	// Series whose last value was not accepted, as remote write counts them.
	Series int
}

// Unsent goes through all series and adds up what was not accepted.
func (s *State) Unsent() (u Unsent) {
	for set := s.sets.first; set != nil; set = set.next {
		for t := set.targets.first; t != nil; t = t.next {
			if !t.accepted() {
				u.Records += t.records
				u.Series += numBegun(t.counters)
			}
		}
		if set.own.accepted() {
			continue
		}
		u.Series += set.ownSeries()
		if len(set.layout.addressed) == 0 {
			// Else the target has counted the same records.
			u.Records += set.own.records
		}
	}
	return u
}
