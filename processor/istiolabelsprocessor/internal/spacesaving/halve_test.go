// SPDX-License-Identifier: Apache-2.0

package spacesaving

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// However the work of halving is spread over what comes meanwhile, the counts are
// the same as if it were done at once.
func TestHalvingInSteps(t *testing.T) {
	const keys = 80
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 3))
		// Each key has an entry: which of those that came least has to go may differ.
		atOnce, inSteps := New(keys), New(keys)
		for range 4000 {
			key := random.Uint64N(1 + random.Uint64N(keys))
			switch random.IntN(150) {
			case 0:
				inSteps.finish()
				atOnce.Halve()
				atOnce.finish()
				inSteps.Halve()
			case 1, 2:
				atOnce.Remove(key)
				inSteps.Remove(key)
			default:
				require.Equal(t, atOnce.Add(key), inSteps.Add(key))
			}
			inSteps.Step(random.IntN(4))
			key = random.Uint64N(keys)
			require.Equal(t, atOnce.Sure(key), inSteps.Sure(key))
		}
		checkLists(t, inSteps)
		inSteps.finish()
		checkLists(t, inSteps)
		assert.Equal(t, atOnce.Len(), inSteps.Len())
	}
}

// While halving goes on a key that came often enough keeps its entry.
func TestFrequentKeysStayWhileHalving(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 4))
		s := New(1 + random.IntN(50))
		const often = 1 << 40
		for range 100 {
			s.Add(often)
		}
		for n := range uint64(40 * cap(s.entries)) {
			if n%(10*uint64(cap(s.entries))) == 0 {
				s.finish()
				s.Halve()
			}
			s.Add(random.Uint64N(1 << 30))
			s.Add(often)
			s.Step(random.IntN(2))
			require.Positive(t, s.Sure(often))
		}
		checkLists(t, s)
	}
}

// A step costs no more than it says, and a halving no more steps than it says.
func TestStepsOfHalving(t *testing.T) {
	const capacity = 1000
	random := rand.New(rand.NewPCG(5, 5))
	s := New(capacity)
	for key := range uint64(capacity) {
		for range 1 + random.IntN(50) {
			s.Add(key)
		}
	}
	s.Halve()
	steps, came := 0, 0
	for ; s.buckets.pending != none; steps++ {
		pending, cursor := s.pending(), s.buckets.cursor
		s.Step(1)
		moved := pending - s.pending()
		require.LessOrEqual(t, moved, 1)
		if moved == 0 {
			require.NotEqual(t, cursor, s.buckets.cursor, "a step without an entry moves the cursor")
		}
		if random.IntN(2) == 0 {
			s.Add(random.Uint64N(2 * capacity))
			came++
		}
	}
	assert.LessOrEqual(t, steps, capacity+2*came)
}

// pending is how many entries are still to be halved.
func (s *Sketch) pending() (n int) {
	for b := s.buckets.pending; b != none; b = s.buckets.at[b].next {
		for e := s.buckets.at[b].head; e != none; e = s.entries[e].next {
			n++
		}
	}
	return n
}

// Halvings that come faster than the work is done wait, up to as many as leave
// nothing of any count.
func TestHalvingsWait(t *testing.T) {
	s := New(10)
	for range 1000 {
		s.Add(1)
	}
	for range 4 {
		s.Halve()
	}
	s.finish()
	assert.Equal(t, uint32(1000/16), s.Sure(1))
	for range 1000 {
		s.Halve()
	}
	assert.Equal(t, maxWaiting, s.waiting)
	s.finish()
	assert.Zero(t, s.Len())
}

// A count that is as high as it can be stays there.
func TestHighestCount(t *testing.T) {
	for _, highest := range []uint32{math.MaxUint32, math.MaxUint32 - 1, math.MaxUint32 - 2} {
		s := New(1)
		s.Add(1)
		s.buckets.at[s.buckets.current].count = highest
		for range 3 {
			assert.GreaterOrEqual(t, s.Add(1), uint32(math.MaxUint32-2))
		}
		s.Halve()
		for range 3 {
			assert.GreaterOrEqual(t, s.Add(1), uint32(math.MaxUint32/2-1))
		}
		s.Add(2)
		assert.Zero(t, s.Sure(1))
		s.finish()
		checkLists(t, s)
	}
}
