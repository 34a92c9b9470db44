// SPDX-License-Identifier: Apache-2.0

package spacesaving

import "math"

// Sketch counts keys. Its zero value has no capacity and counts nothing. It is
// not safe for concurrent use.
type Sketch struct {
	entries []entry
	index   map[uint64]int32
	buckets buckets
	// waiting is how many halvings begin when the one that goes on has ended.
	waiting int
}

// entry counts one key. Its bucket holds the count, of which over may belong to
// keys that had the entry before.
type entry struct {
	key        uint64
	over       uint32
	bucket     int32
	prev, next int32
}

// none ends a list.
const none = -1

// New returns a sketch of so many entries, of some 64 bytes each.
func New(capacity int) *Sketch {
	return &Sketch{
		entries: make([]entry, 0, capacity),
		index:   make(map[uint64]int32, capacity),
		buckets: newBuckets(capacity),
	}
}

// Len is the number of keys that have an entry.
func (s *Sketch) Len() int { return len(s.entries) }

// Add counts a key once and returns how often it came for certain. A key
// without an entry takes that of one that came least.
func (s *Sketch) Add(key uint64) (sure uint32) {
	i, known := s.index[key]
	switch {
	case known:
		s.count(i)
	case cap(s.entries) == 0:
		return 0
	case len(s.entries) < cap(s.entries):
		i = int32(len(s.entries))
		s.entries = append(s.entries, entry{key: key, bucket: none})
		s.index[key] = i
		s.push(i, s.buckets.first(1))
	default:
		i = s.least()
		delete(s.index, s.entries[i].key)
		s.index[key] = i
		s.replace(i, key)
	}
	return s.sure(i)
}

// count counts one more of a key. In the pending list that is two, of which one
// is left when the count is halved.
func (s *Sketch) count(i int32) {
	e := &s.entries[i]
	b := s.buckets.at[e.bucket]
	if b.count >= math.MaxUint32-1 {
		return
	}
	if !s.buckets.isPending(e.bucket) {
		s.raise(i, b.count+1)
		return
	}
	// As if over were halved now: it is rounded.
	e.over = 2 * halvedOver(e.over, b.count/2)
	s.raise(i, b.count+2)
}

// replace gives an entry that came least to a new key.
func (s *Sketch) replace(i int32, key uint64) {
	e := &s.entries[i]
	e.key, e.over = key, s.buckets.at[e.bucket].count
	if s.buckets.isPending(e.bucket) {
		e.over = e.over / 2 * 2
	}
	s.count(i)
}

// least is an entry of those with the lowest count.
func (s *Sketch) least() int32 {
	current, pending := s.buckets.current, s.buckets.pending
	if current == none || pending != none && s.buckets.at[pending].count/2 <= s.buckets.at[current].count {
		return s.buckets.at[pending].head
	}
	return s.buckets.at[current].head
}

// Sure is how often a key came for certain; 0 if it has no entry.
func (s *Sketch) Sure(key uint64) uint32 {
	if i, ok := s.index[key]; ok {
		return s.sure(i)
	}
	return 0
}

func (s *Sketch) sure(i int32) uint32 {
	e := &s.entries[i]
	count := s.buckets.at[e.bucket].count
	if s.buckets.isPending(e.bucket) {
		return count/2 - halvedOver(e.over, count/2)
	}
	return count - e.over
}

// Remove forgets a key.
func (s *Sketch) Remove(key uint64) {
	if i, ok := s.index[key]; ok {
		s.remove(i)
	}
}

// remove takes an entry away. The last one moves to its place.
func (s *Sketch) remove(i int32) {
	delete(s.index, s.entries[i].key)
	s.pull(i)
	last := int32(len(s.entries) - 1)
	if i != last {
		s.move(last, i)
	}
	s.entries = s.entries[:last]
}
