// SPDX-License-Identifier: Apache-2.0

package spacesaving

// raise moves an entry to a count that is higher by one or two.
func (s *Sketch) raise(i int32, count uint32) {
	// The new bucket is made first: it finds its place by the old one.
	before := s.entries[i].bucket
	if next := s.buckets.at[before].next; next != none && s.buckets.at[next].count < count {
		before = next
	}
	to := s.buckets.after(before, count)
	s.pull(i)
	s.push(i, to)
}

// push hangs an entry into a bucket.
func (s *Sketch) push(i, b int32) {
	head := s.buckets.at[b].head
	if head != none {
		s.entries[head].prev = i
	}
	s.entries[i].bucket, s.entries[i].prev, s.entries[i].next = b, none, head
	s.buckets.at[b].head = i
}

// pull takes an entry out of its bucket, and away the bucket if it was the last.
func (s *Sketch) pull(i int32) {
	e := &s.entries[i]
	if e.prev != none {
		s.entries[e.prev].next = e.next
	} else {
		s.buckets.at[e.bucket].head = e.next
	}
	if e.next != none {
		s.entries[e.next].prev = e.prev
	}
	if s.buckets.at[e.bucket].head == none {
		s.buckets.remove(e.bucket)
	}
}

// move puts an entry at another place, where nothing hangs any more.
func (s *Sketch) move(from, to int32) {
	e := s.entries[from]
	s.entries[to] = e
	s.index[e.key] = to
	if e.prev != none {
		s.entries[e.prev].next = to
	} else {
		s.buckets.at[e.bucket].head = to
	}
	if e.next != none {
		s.entries[e.next].prev = to
	}
}
