// SPDX-License-Identifier: Apache-2.0

package spacesaving

// maxWaiting bounds the halvings that wait: after so many nothing is left of any
// count.
const maxWaiting = 32

// Halve halves all counts. What is counted is halved at once, while the work is
// left to Step. If the work of an earlier halving is not done, this one begins
// when it is; what waits is at most 32 of them.
func (s *Sketch) Halve() {
	if s.Halving() {
		s.waiting = min(s.waiting+1, maxWaiting)
		return
	}
	s.buckets.begin()
}

// Halving tells whether work of a halving is left.
func (s *Sketch) Halving() bool { return s.buckets.pending != none }

// Step does some of the work that Halve left: it looks at no more entries and
// buckets than steps. One halving takes a step for each entry, and at most two
// more for each key that comes or goes meanwhile.
func (s *Sketch) Step(steps int) {
	for ; steps > 0 && s.Halving(); steps-- {
		s.step()
		if s.buckets.pending == none && s.waiting > 0 {
			s.waiting--
			s.buckets.begin()
		}
	}
}

// step halves the lowest count that is pending, or takes one step towards its
// place in the current list.
func (s *Sketch) step() {
	from := &s.buckets.at[s.buckets.pending]
	i, count := from.head, from.count/2
	if count == 0 {
		s.remove(i)
		return
	}
	if !s.buckets.seek(count) {
		return
	}
	s.entries[i].over = halvedOver(s.entries[i].over, count)
	to := s.buckets.after(s.buckets.cursor, count)
	s.pull(i)
	s.push(i, to)
	s.buckets.cursor = to
}

// halvedOver is rounded up, since what is sure must not grow; count is what is
// left of the count.
func halvedOver(over, count uint32) uint32 { return min(over/2+over%2, count) }
