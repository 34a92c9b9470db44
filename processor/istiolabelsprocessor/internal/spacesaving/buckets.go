package spacesaving

import "math"

// bucket heads the list of the entries that have one count.
type bucket struct {
	count      uint32
	head       int32
	prev, next int32
}

// buckets is a list of buckets by ascending count, in an array with a list of
// those that are free.
type buckets struct {
	at    []bucket
	first int32
	free  int32
}

// newBuckets has room for a bucket for each entry and one that an entry is on
// its way to.
func newBuckets(entries int) buckets {
	b := buckets{at: make([]bucket, entries+1), first: none}
	for i := range b.at {
		b.at[i] = bucket{head: none, next: int32(i) + 1}
	}
	b.at[entries].next = none
	return b
}

// atLeast gives the first bucket if it has this count, else a new one before it.
// No bucket may have a smaller count.
func (b *buckets) atLeast(count uint32) int32 {
	if b.first != none && b.at[b.first].count == count {
		return b.first
	}
	return b.insert(count, none)
}

// after gives the bucket of a count that is the next one after a bucket's.
func (b *buckets) after(i int32, count uint32) int32 {
	if next := b.at[i].next; next != none && b.at[next].count == count {
		return next
	}
	return b.insert(count, i)
}

// insert makes a bucket after another one, or as the first.
func (b *buckets) insert(count uint32, before int32) int32 {
	i := b.free
	b.free = b.at[i].next
	next := b.first
	if before != none {
		next = b.at[before].next
		b.at[before].next = i
	} else {
		b.first = i
	}
	if next != none {
		b.at[next].prev = i
	}
	b.at[i] = bucket{count: count, head: none, prev: before, next: next}
	return i
}

func (b *buckets) remove(i int32) {
	prev, next := b.at[i].prev, b.at[i].next
	if prev != none {
		b.at[prev].next = next
	} else {
		b.first = next
	}
	if next != none {
		b.at[next].prev = prev
	}
	b.at[i] = bucket{head: none, next: b.free}
	b.free = i
}

// raise moves an entry to the next count.
func (s *Sketch) raise(i int32) {
	from := s.entries[i].bucket
	count := s.buckets.at[from].count
	if count == math.MaxUint32 {
		return
	}
	// The new bucket is made first: it finds its place by the old one.
	to := s.buckets.after(from, count+1)
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
