// Package spacesaving finds the frequent keys of a stream in fixed memory.
//
// It is the Space-Saving algorithm on a Stream-Summary: entries hang in buckets
// of equal count, buckets in order of count, so that each operation takes
// constant time. Source: Metwally, Agrawal, El Abbadi: Efficient Computation of
// Frequent and Top-k Elements in Data Streams (2005).
//
// Invariants: of a stream of n keys, one that came more often than n divided by
// the capacity has an entry; the sure count of a key never exceeds the number
// of times that it came since the last Halve, plus half of what it was before.
package spacesaving // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/spacesaving"

// Sketch counts keys. Its zero value has no capacity and counts nothing. It is
// not safe for concurrent use.
type Sketch struct {
	entries []entry
	index   map[uint64]int32
	buckets buckets
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
		s.raise(i)
	case cap(s.entries) == 0:
		return 0
	case len(s.entries) < cap(s.entries):
		i = int32(len(s.entries))
		s.entries = append(s.entries, entry{key: key, bucket: none})
		s.index[key] = i
		s.push(i, s.buckets.atLeast(1))
	default:
		least := s.buckets.at[s.buckets.first]
		i = least.head
		delete(s.index, s.entries[i].key)
		s.index[key] = i
		s.entries[i].key, s.entries[i].over = key, least.count
		s.raise(i)
	}
	return s.sure(i)
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
	return s.buckets.at[e.bucket].count - e.over
}

// Remove forgets a key.
func (s *Sketch) Remove(key uint64) {
	i, ok := s.index[key]
	if !ok {
		return
	}
	delete(s.index, key)
	s.pull(i)
	last := int32(len(s.entries) - 1)
	if i != last {
		s.move(last, i)
	}
	s.entries = s.entries[:last]
}

// Halve halves all counts, so that what came long ago weighs less. It takes
// time in proportion to the capacity: halved, the buckets keep their order.
func (s *Sketch) Halve() {
	old, from := s.entries, s.buckets
	s.entries, s.buckets = make([]entry, 0, cap(old)), newBuckets(cap(old))
	clear(s.index)
	last := int32(none)
	for b := from.first; b != none; b = from.at[b].next {
		count := from.at[b].count / 2
		if count == 0 {
			continue
		}
		if last == none || s.buckets.at[last].count != count {
			last = s.buckets.insert(count, last)
		}
		for i := from.at[b].head; i != none; i = old[i].next {
			n := int32(len(s.entries))
			// Rounded up: what is sure must not grow.
			over := min((old[i].over+1)/2, count)
			s.entries = append(s.entries, entry{key: old[i].key, over: over})
			s.index[old[i].key] = n
			s.push(n, last)
		}
	}
}
