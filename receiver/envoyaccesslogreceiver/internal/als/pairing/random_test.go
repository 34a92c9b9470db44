// SPDX-License-Identifier: Apache-2.0

package pairing

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestRandomTraffic checks the invariants on random traffic: of each pair
// whose arrivals are less than the wait apart exactly one is passed on,
// each entry alone is passed on, and nothing is kept in the end.
func TestRandomTraffic(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		s, n := newStream(1 << 40)
		// Each event's entries, by the logger; -1 where that logger's filter
		// leaves the event out.
		const events, step = 300, 20 * time.Millisecond
		type arrival struct {
			at      int
			key     int
			native  bool
			foreign bool
		}
		atStep := map[int][]arrival{}
		entries := map[int]int{}
		last := 0
		two, filtered := r.IntN(3) > 0, r.IntN(2) == 0
		for key := range events {
			when := key + r.IntN(10)
			add := func(a arrival) {
				a.key = key
				atStep[a.at] = append(atStep[a.at], a)
				entries[key]++
				last = max(last, a.at)
			}
			drop := r.IntN(4)
			if !filtered || drop != 0 {
				add(arrival{at: when + r.IntN(49), native: true})
			}
			if two && (!filtered || drop != 1) {
				add(arrival{at: when + r.IntN(49), foreign: true})
			}
		}
		got := map[int]int{}
		for i := range last + 1000 {
			now := start.Add(time.Duration(i) * step)
			for _, a := range atStep[i] {
				var d Decision
				if a.native {
					d = n.Native(http, uint64(a.key), now)
				} else {
					d = foreign(n, tcp, uint64(a.key), now, "x")
				}
				switch d {
				case Pass, PassReplacing:
					got[a.key]++
				case Wait, LeaveOut:
				default:
					assert.Fail(t, "decided for lack of memory")
				}
			}
			if i%20 == 0 {
				due, _ := s.Expire(now)
				got[-1] += len(entriesOf(due))
			}
		}
		total := 0
		for key, times := range got {
			if key >= 0 {
				assert.LessOrEqual(t, times, 1, "event %d of %d", key, seed)
			}
			total += times
		}
		assert.Equal(t, len(entries), total, seed)
		isIdle(t, s, 1)
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	s := NewSet[string](time.Millisecond, 1<<20)
	done := make(chan int)
	for stream := range 8 {
		go func() {
			n := s.Join("10.0.0.1", strconv.Itoa(stream), []string{"a", "b"}[stream%2], time.Now())
			for i := range uint64(2000) {
				if stream < 4 {
					n.Native(http, i, time.Now())
				} else {
					foreign(n, tcp, i, time.Now(), "x")
				}
			}
			s.Leave(n, 10, time.Now())
			done <- stream
		}()
	}
	for left := 8; left > 0; {
		select {
		case <-done:
			left--
		default:
			due, _ := s.Expire(time.Now())
			entriesOf(due)
			s.Stats()
		}
	}
	entriesOf(s.Flush())
	s.Expire(time.Now().Add(time.Hour))
	s.Expire(time.Now().Add(2 * time.Hour))
	assert.Zero(t, s.Stats())
}

func BenchmarkProxy(b *testing.B) {
	for name, isForeign := range map[string]bool{"native": false, "foreign": true} {
		b.Run(name, func(b *testing.B) {
			s, n := newStream(1 << 30)
			now, key := at(10), uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				key++
				if key%1000 == 0 { // 100 000 entries a second
					now = now.Add(10 * time.Millisecond)
				}
				if isForeign {
					foreign(n, http, key, now, "")
				} else {
					n.Native(http, key, now)
				}
			}
			b.ReportMetric(float64(s.Stats().Bytes), "bytes")
		})
	}
}
