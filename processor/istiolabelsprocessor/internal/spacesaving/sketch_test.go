// SPDX-License-Identifier: Apache-2.0

package spacesaving

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// check compares a sketch with exact counts: nothing sure is untrue, and no key
// that came often enough is missing.
func check(t *testing.T, s *Sketch, exact map[uint64]int, n, capacity int) {
	t.Helper()
	require.LessOrEqual(t, s.Len(), capacity)
	for key, count := range exact {
		require.LessOrEqual(t, int(s.Sure(key)), count)
		if i, ok := s.index[key]; ok {
			require.GreaterOrEqual(t, s.counted(i), count, "an entry never counts too few")
		} else {
			require.LessOrEqual(t, count, n/capacity, "a frequent key has an entry")
		}
	}
}

// counted is the count of an entry, halved if that is pending.
func (s *Sketch) counted(i int32) int {
	b := s.entries[i].bucket
	if s.buckets.isPending(b) {
		return int(s.buckets.at[b].count / 2)
	}
	return int(s.buckets.at[b].count)
}

// checkLists walks all lists: each entry hangs in one bucket, and the counts ascend.
func checkLists(t *testing.T, s *Sketch) {
	t.Helper()
	seen, cursor := 0, s.buckets.cursor == none
	for _, first := range []int32{s.buckets.current, s.buckets.pending} {
		last := uint32(0)
		for b := first; b != none; b = s.buckets.at[b].next {
			require.Equal(t, first == s.buckets.pending, s.buckets.isPending(b))
			require.Greater(t, s.buckets.at[b].count, last)
			last = s.buckets.at[b].count
			require.NotEqual(t, int32(none), s.buckets.at[b].head, "no bucket is empty")
			cursor = cursor || b == s.buckets.cursor
			for e := s.buckets.at[b].head; e != none; e = s.entries[e].next {
				require.Equal(t, b, s.entries[e].bucket)
				require.Equal(t, e, s.index[s.entries[e].key])
				seen++
			}
		}
	}
	require.True(t, cursor || s.buckets.pending == none)
	require.Equal(t, s.Len(), seen)
	require.Len(t, s.index, seen)
}

// finish does all the work that is left.
func (s *Sketch) finish() {
	for s.buckets.pending != none {
		s.Step(1)
	}
}

func TestAgainstExactCounts(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		capacity := 1 + random.IntN(50)
		keys := rand.NewZipf(random, 1.01+random.Float64(), 1, 500)
		s, exact := New(capacity), map[uint64]int{}
		for n := range 5000 {
			key := keys.Uint64()
			exact[key]++
			sure := s.Add(key)
			require.Equal(t, s.Sure(key), sure)
			require.Positive(t, sure, "it came just now")
			if n%500 == 0 {
				check(t, s, exact, n+1, capacity)
				checkLists(t, s)
			}
		}
	}
}

// Removing and halving in between keep what is sure true.
func TestRemoveAndHalve(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		s, exact := New(1+random.IntN(30)), map[uint64]float64{}
		for range 5000 {
			key := random.Uint64N(60)
			switch random.IntN(100) {
			case 0:
				s.finish()
				s.Halve()
				for k := range exact {
					exact[k] /= 2
				}
			case 4, 5, 6, 7:
				s.Step(random.IntN(5))
			case 1, 2, 3:
				s.Remove(key)
				assert.Zero(t, s.Sure(key))
			default:
				s.Add(key)
				exact[key]++
			}
			require.LessOrEqual(t, float64(s.Sure(key)), exact[key])
		}
		checkLists(t, s)
	}
}

// Halved counts keep their order, whatever the counts are.
func TestHalveManyCounts(t *testing.T) {
	s := New(500)
	for key := range uint64(500) {
		for range key + 1 {
			s.Add(key)
		}
	}
	s.Halve()
	s.finish()
	checkLists(t, s)
	for key := range uint64(500) {
		require.Equal(t, uint32(key+1)/2, s.Sure(key))
	}
	assert.Equal(t, 499, s.Len())
}

// A key that comes again and again is found among any number that come once.
func TestNoiseHidesNothing(t *testing.T) {
	s := New(100)
	for n := range uint64(1_000_000) {
		s.Add(1<<32 + n)
		if n%50 == 0 {
			s.Add(1)
		}
	}
	assert.Greater(t, s.Sure(1), uint32(19_000))
	assert.LessOrEqual(t, s.Sure(1<<32+999_999), uint32(1))
}

func TestNoCapacity(t *testing.T) {
	s := New(0)
	assert.Zero(t, s.Add(1))
	s.Remove(1)
	s.Halve()
	assert.Zero(t, s.Len())
}

func TestAllocations(t *testing.T) {
	s := New(64)
	for n := range uint64(1000) {
		s.Add(n)
	}
	key := uint64(1000)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { key++; s.Add(key) }))
	assert.Zero(t, testing.AllocsPerRun(1000, func() { s.Add(key) }))
}

func BenchmarkAdd(b *testing.B) {
	for name, distinct := range map[string]uint64{"known": 500, "new": 1 << 62} {
		b.Run(name, func(b *testing.B) {
			s, n := New(1000), uint64(0)
			for b.Loop() {
				s.Add(n % distinct)
				n += 0x9e3779b97f4a7c15 % distinct
			}
		})
	}
}

// BenchmarkStep has many different counts, and a key that comes after each step.
func BenchmarkStep(b *testing.B) {
	for _, capacity := range []int{2_000, 200_000} {
		b.Run(strconv.Itoa(capacity), func(b *testing.B) {
			s := New(capacity)
			for key := range uint64(capacity) {
				for range 1 + key%100 {
					s.Add(key)
				}
			}
			key := uint64(0)
			for b.Loop() {
				if s.buckets.pending == none {
					s.Halve()
				}
				s.Step(1)
				s.Add(key % uint64(capacity))
				key += 7919
			}
		})
	}
}
