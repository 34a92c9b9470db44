// SPDX-License-Identifier: Apache-2.0

package spacesaving

// bucket heads the list of the entries that have one count.
type bucket struct {
	count      uint32
	round      uint32 // a bucket of an earlier round is pending
	head       int32
	prev, next int32
}

// buckets are two lists of buckets by ascending count, in an array with a list of
// those that are free.
type buckets struct {
	at    []bucket
	round uint32
	// current and pending are the first buckets of the two lists.
	current, pending int32
	// cursor is the bucket of the current list after which the next count that is
	// halved finds its place. All before it are lower.
	cursor int32
	free   int32
}

// newBuckets has room for a bucket for each entry and one that an entry is on
// its way to.
func newBuckets(entries int) buckets {
	b := buckets{at: make([]bucket, entries+1), current: none, pending: none, cursor: none}
	for i := range b.at {
		b.at[i] = bucket{head: none, next: int32(i) + 1}
	}
	b.at[entries].next = none
	return b
}

func (b *buckets) isPending(i int32) bool { return b.at[i].round != b.round }

// begin makes the current list the pending one. There must be no pending one.
func (b *buckets) begin() {
	b.pending, b.current, b.cursor = b.current, none, none
	b.round++
}

// first gives the first bucket of the current list if it has this count, else a
// new one before it. No bucket of the list may have a smaller count.
func (b *buckets) first(count uint32) int32 { return b.after(none, count) }

// after gives the bucket of a count that is the next one after another bucket's,
// or the first one of the current list.
func (b *buckets) after(i int32, count uint32) int32 {
	if i != none && b.at[i].count == count {
		return i
	}
	next := b.current
	if i != none {
		next = b.at[i].next
	}
	if next != none && b.at[next].count == count {
		return next
	}
	return b.insert(count, i, next)
}

// seek moves the cursor one bucket on and tells whether it has come to the place
// of a count.
func (b *buckets) seek(count uint32) bool {
	next := b.current
	if b.cursor != none {
		next = b.at[b.cursor].next
	}
	if next == none || b.at[next].count > count {
		return true
	}
	b.cursor = next
	return false
}

// insert makes a bucket between two others of one list. It is in the list of the
// one before it; without one it is the first of the current list.
func (b *buckets) insert(count uint32, prev, next int32) int32 {
	i := b.free
	b.free = b.at[i].next
	round := b.round
	if prev != none {
		b.at[prev].next = i
		round = b.at[prev].round
	} else {
		b.current = i
	}
	if next != none {
		b.at[next].prev = i
	}
	b.at[i] = bucket{count: count, round: round, head: none, prev: prev, next: next}
	return i
}

func (b *buckets) remove(i int32) {
	prev, next := b.at[i].prev, b.at[i].next
	switch {
	case prev != none:
		b.at[prev].next = next
	case i == b.pending:
		b.pending = next
	default:
		b.current = next
	}
	if next != none {
		b.at[next].prev = prev
	}
	if i == b.cursor {
		b.cursor = prev
	}
	b.at[i] = bucket{head: none, next: b.free}
	b.free = i
}
