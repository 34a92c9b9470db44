// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Many clients acquire, grow, arrive, are revoked and release, in random order.
// In virtual time each step is seen by the checks.
func TestRandom(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { random(t, seed) })
		})
	}
}

func random(t *testing.T, seed uint64) {
	t.Helper()
	c := New(Options{MaxBytes: 1000})
	var mu sync.Mutex
	given := map[*Hold]int64{} // what Acquire gave, as the test counts it
	check := func() {
		var sum int64
		for _, n := range given {
			sum += n
		}
		assert.LessOrEqual(t, sum, c.options.MaxBytes)
	}
	var running sync.WaitGroup
	for worker := range 40 {
		running.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(worker)))
			client := Client(strconv.Itoa(worker % 7))
			for range 30 {
				request(t, c, r, client, func(change func(map[*Hold]int64)) {
					mu.Lock()
					defer mu.Unlock()
					change(given)
					check()
				})
			}
		})
	}
	running.Wait()
	synctest.Wait()
	requireIdle(t, c)
	assert.Empty(t, c.clients)
}

// request is one life of a hold.
func request(t *testing.T, c *Controller, r *rand.Rand, client Client, record func(func(map[*Hold]int64))) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(4000))*time.Millisecond)
	defer cancel()
	revoked := make(chan struct{})
	n := int64(r.IntN(600))
	h, err := c.Acquire(ctx, client, n, func() { close(revoked) })
	if err != nil {
		return
	}
	record(func(given map[*Hold]int64) { given[h] = n })
	if r.IntN(2) == 0 {
		h.Arrived()
	}
	grown := r.IntN(4) == 0
	if grown {
		h.Grow(int64(r.IntN(100)))
	}
	select {
	case <-revoked:
	case <-time.After(time.Duration(r.IntN(300)) * time.Millisecond):
	}
	record(func(given map[*Hold]int64) { delete(given, h) })
	h.Release()
	h.Release()
}

// Room that exists is given: a request waits only while what is held and what it
// asks for are too much together, and it is the first in order.
func TestNobodyWaitsWhileThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 1000})
		r := rand.New(rand.NewPCG(1, 2))
		var mu sync.Mutex
		var held []*Hold
		// release gives back the hold at a place of the list, if there is one.
		release := func(at int) {
			synctest.Wait()
			mu.Lock()
			var h *Hold
			if at < len(held) {
				h = held[at]
				held = append(held[:at], held[at+1:]...)
			}
			mu.Unlock()
			if h != nil {
				h.Release()
			}
			synctest.Wait()
		}
		for range 2000 {
			client := Client(strconv.Itoa(r.IntN(50)))
			go func(n int64) {
				if h, err := c.Acquire(t.Context(), client, n, nil); err == nil {
					mu.Lock()
					defer mu.Unlock()
					held = append(held, h)
				}
			}(int64(1 + r.IntN(400)))
			release(r.IntN(4))
			if next := c.waiting.First(); next != nil {
				require.Greater(t, c.held+next.queue[0].bytes, c.options.MaxBytes)
			}
			require.LessOrEqual(t, c.held, c.options.MaxBytes)
		}
		for c.Stats().HeldBytes > 0 {
			release(0)
		}
		requireIdle(t, c)
	})
}

// What grows may exceed the limit only by what those who were told to release
// have not yet released.
func TestGrowthIsBounded(t *testing.T) {
	c := New(Options{MaxBytes: 1 << 20})
	for i := range 2000 {
		var h *Hold
		h, err := c.Acquire(t.Context(), Client(strconv.Itoa(i%100)), 0, func() { h.Release() })
		require.NoError(t, err)
		for range 20 {
			h.Grow(4096)
			assert.LessOrEqual(t, c.Stats().HeldBytes, c.options.MaxBytes)
		}
	}
}

func BenchmarkHold(b *testing.B) {
	for _, clients := range []int{1, 10_000} {
		b.Run(strconv.Itoa(clients), func(b *testing.B) {
			c := New(Options{MaxBytes: 1 << 40})
			for i := range clients {
				h, err := c.Acquire(b.Context(), Client(strconv.Itoa(i)), 0, func() {})
				require.NoError(b, err)
				h.Grow(int64(i))
			}
			for b.Loop() {
				h, _ := c.Acquire(b.Context(), "client", 0, func() {})
				h.Grow(20_000)
				h.Arrived()
				h.Release()
			}
		})
	}
}
