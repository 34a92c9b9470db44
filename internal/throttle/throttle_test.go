// SPDX-License-Identifier: Apache-2.0

package throttle

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestThrottle(t *testing.T) {
	start := time.Now()
	var th Throttle
	for _, step := range []struct {
		after  time.Duration
		n      int64
		events int64
		due    bool
	}{
		{0, 0, 0, false},
		{time.Second, 3, 3, true},
		{2 * time.Second, 1, 0, false},
		{time.Minute, 4, 0, false},
		{time.Second + Interval, 0, 0, false}, // nothing to log
		{time.Second + Interval, 2, 7, true},
		{2 * Interval, 1, 0, false},
		{10 * Interval, 1, 2, true},
	} {
		events, due := th.Due(step.n, start.Add(step.after))
		assert.Equal(t, step.due, due, step.after)
		assert.Equal(t, step.events, events, step.after)
	}
}

// However many ask at once, each event is logged once.
func TestThrottleConcurrently(t *testing.T) {
	var th Throttle
	now := time.Now()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var lines, logged int64
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if events, due := th.Due(1, now); due {
					mu.Lock()
					lines, logged = lines+1, logged+events
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(1), lines)
	rest, due := th.Due(1, now.Add(Interval))
	assert.True(t, due)
	assert.Equal(t, int64(801), logged+rest)
}
