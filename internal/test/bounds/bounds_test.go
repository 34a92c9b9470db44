// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestBounds runs scenarios that together reach every bound.
func TestBounds(t *testing.T) {
	all := newReached()
	run := func(of shape, seed uint64) {
		t.Run(fmt.Sprint(of, ", seed ", seed), func(t *testing.T) { all.add(runScenario(t, seed, of)) })
	}
	for of := range numShapes {
		seeds := uint64(2)
		if of == direct {
			seeds = 8
		}
		for seed := range seeds {
			run(of, seed)
		}
	}
	// How far a scenario goes depends on what is hashed, too. Each third one has a
	// limit of series.
	for seed := uint64(9); seed < 60 && all.maxSeries <= enoughOfMaxSeries; seed += 3 {
		run(direct, seed)
	}
	t.Run("all are reached", func(t *testing.T) { all.check(t) })
}

// FuzzBounds looks for a scenario that breaks a bound.
func FuzzBounds(f *testing.F) {
	for of := range numShapes {
		f.Add(uint64(13), uint8(of))
	}
	f.Fuzz(func(t *testing.T, seed uint64, of uint8) { runScenario(t, seed, shape(of)%numShapes) })
}
