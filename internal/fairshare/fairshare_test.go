// SPDX-License-Identifier: Apache-2.0

package fairshare

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMayTake(t *testing.T) {
	for _, tc := range []struct {
		held, free int
		want       bool
	}{
		{0, 0, false},
		{0, -1, false},
		{0, 1, true},
		{8, 1, true},
		{9, 1, false},
		{17, 2, true},
		{18, 2, false},
		{math.MaxInt, math.MaxInt, true},
		{math.MaxInt, 1, false},
	} {
		assert.Equal(t, tc.want, MayTake(tc.held, tc.free), "held %d, free %d", tc.held, tc.free)
	}
}

// Left is what a holder that takes all it may really gets.
func TestLeft(t *testing.T) {
	assert.Zero(t, Left(0, 0))
	assert.Zero(t, Left(0, -1))
	assert.Zero(t, Left(math.MaxInt, 1))
	assert.Positive(t, Left(0, math.MaxInt/freeFactor))
	for free := range 200 {
		for held := range 2 * freeFactor * 10 {
			got := 0
			for h, f := held, free; MayTake(h, f); h, f = h+1, f-1 {
				got++
			}
			require.Equal(t, got, Left(held, free), "held %d, free %d", held, free)
		}
	}
}

func TestMayTakeOfFew(t *testing.T) {
	for _, tc := range []struct {
		held, free int
		want       bool
	}{
		{0, 0, false},
		{0, -1, false},
		{0, 1, true},
		{1, 1, false},
		{1, 2, true},
		{math.MaxInt, math.MaxInt, false},
	} {
		assert.Equal(t, tc.want, MayTakeOfFew(tc.held, tc.free), "held %d, free %d", tc.held, tc.free)
	}
	// From two places on one alone leaves some.
	for places := 2; places < 50; places++ {
		held := 0
		for MayTakeOfFew(held, places-held) {
			held++
		}
		assert.Equal(t, (places+1)/2, held)
		assert.True(t, MayTakeOfFew(0, places-held))
	}
}

// Holders that take all they may hold nine of each 9n+1 places, and a newcomer
// still finds one.
func TestGreedyHolders(t *testing.T) {
	const places = 10_000
	for holders := 1; holders <= 32; holders *= 2 {
		t.Run(strconv.Itoa(holders), func(t *testing.T) {
			held, free := make([]int, holders), places
			for taken := true; taken; {
				taken = false
				for i := range held {
					if MayTake(held[i], free) {
						held[i]++
						free--
						taken = true
					}
				}
			}
			for i := range held {
				assert.InDelta(t, places*freeFactor/(freeFactor*holders+1), held[i], 2*freeFactor)
			}
			assert.True(t, MayTake(0, free))
		})
	}
}

// Whatever holders take and give back, nobody gets a place that is not there, and
// one alone never gets more than nine tenths.
func TestRandomHolders(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		places := 1 + random.IntN(500)
		held, free := make([]int, 1+random.IntN(20)), places
		for range 5_000 {
			i := random.IntN(len(held))
			if random.IntN(3) == 0 {
				back := random.IntN(held[i] + 1)
				held[i] -= back
				free += back
			} else if MayTake(held[i], free) {
				held[i]++
				free--
			}
			require.GreaterOrEqual(t, free, 0)
			require.LessOrEqual(t, held[i], (places*freeFactor+freeFactor)/(freeFactor+1))
		}
	}
}
