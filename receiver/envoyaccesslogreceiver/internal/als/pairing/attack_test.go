// SPDX-License-Identifier: Apache-2.0

package pairing

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	victimAddress, victimConnection = "10.0.0.1", "10.0.0.1:1000"
	attackLimit                     = 8 << 20
)

// flood makes foreign entries wait until there is no room for one more.
func flood(s *Stream[string], now time.Time) (n int) {
	s.Native(http, math.MaxUint64, now) // so that foreign entries wait
	key := uint64(now.UnixNano())
	for foreign(s, tcp, key+uint64(n), now, "flood") == Wait {
		n++
	}
	return n
}

// attackers take all the memory that they can get. Each makes
// streams before its victim's entries come.
var attackers = map[string]func(s *Set[string]) []*Stream[string]{
	"the victim's node id from another client": func(s *Set[string]) []*Stream[string] {
		return []*Stream[string]{s.Join("10.6.6.6", "10.6.6.6:1", "victim", start)}
	},
	"many node ids from one client": func(s *Set[string]) (all []*Stream[string]) {
		for i := range 200 {
			all = append(all, s.Join("10.6.6.6", "10.6.6.6:1", strconv.Itoa(i), start))
		}
		return all
	},
	"the victim's node id from its own client": func(s *Set[string]) []*Stream[string] {
		return []*Stream[string]{s.Join(victimAddress, victimAddress+":6666", "victim", start)}
	},
	"another node id from the victim's own client": func(s *Set[string]) []*Stream[string] {
		return []*Stream[string]{s.Join(victimAddress, victimAddress+":6666", "other", start)}
	},
}

// Who floods the memory for longer than entries wait has only a part of it in the
// end: each event of the victim counts once.
func TestFloodTakesNothingFromVictim(t *testing.T) {
	for name, join := range attackers {
		t.Run(name, func(t *testing.T) {
			s := NewSet[string](wait, attackLimit)
			victim := s.Join(victimAddress, victimConnection, "victim", start)
			streams, flooded := join(s), 0
			for step := range 20 {
				now := at(float64(step) / 2)
				entriesOf(first(s.Expire(now)))
				for _, a := range streams {
					if a != nil {
						flooded += flood(a, now)
					}
				}
				assert.LessOrEqual(t, s.Stats().Bytes, int64(attackLimit))
			}
			assert.Greater(t, flooded, 1000)
			victim.Native(http, 1000, at(9.5))
			const events = 20
			for key := range uint64(events) {
				assert.Equal(t, Wait, foreign(victim, tcp, key, at(9.6), "victim's"))
			}
			for _, a := range streams {
				if a != nil {
					flood(a, at(9.7))
				}
			}
			for key := range uint64(events) {
				assert.Equal(t, PassReplacing, victim.Native(http, key, at(10)), "it counts by its native entry")
			}
		})
	}
}

// Where the attacker takes all there is, the victim's events count all the same,
// though perhaps by both entries. It has to come from the victim's client, on
// many connections.
func TestFloodThatLeavesNothing(t *testing.T) {
	for name, join := range map[string]func(s *Set[string]) []*Stream[string]{
		"many connections as the victim from its own client": func(s *Set[string]) (all []*Stream[string]) {
			for i := range 20 {
				all = append(all, s.Join(victimAddress, fmt.Sprint(victimAddress, ":", 2000+i), "victim", start))
			}
			return all
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSet[string](wait, attackLimit)
			victim := s.Join(victimAddress, victimConnection, "victim", start)
			for _, a := range join(s) {
				if a != nil {
					flood(a, at(0))
				}
			}
			counted := 0
			for key := range uint64(198) {
				d := foreign(victim, tcp, key, at(0.5), "victim's")
				assert.Contains(t, []Decision{Wait, PassNoMemory}, d)
				if d == PassNoMemory {
					counted++
				}
			}
			for _, entry := range entriesOf(first(s.Expire(at(4)))) {
				if entry == "victim's" {
					counted++
				}
			}
			assert.Equal(t, 198, counted)
		})
	}
}

func first(due []Due[string], _ int) []Due[string] { return due }

// Of eight clients that take all they can, none takes more than its part, and
// there is something left.
func TestManyAddresses(t *testing.T) {
	s := NewSet[string](wait, attackLimit)
	var streams []*Stream[string]
	for i := range 8 {
		client := fmt.Sprintf("10.6.1.%d", i)
		streams = append(streams, s.Join(client, client+":1", "a", start))
	}
	victim := s.Join(victimAddress, victimConnection, "victim", start)
	for step := range 20 {
		now := at(float64(step) / 2)
		entriesOf(first(s.Expire(now)))
		for _, a := range streams {
			flood(a, now)
		}
		assert.LessOrEqual(t, s.Stats().Bytes, int64(attackLimit))
	}
	assert.Equal(t, Pass, victim.Native(http, 1, at(9.6)))
	for key := range uint64(5) {
		assert.Equal(t, Wait, foreign(victim, tcp, 10+key, at(9.7), "victim's"))
	}
}

// A connection that is alone gets a quarter of the memory.
func TestAlone(t *testing.T) {
	s, n := newStream(attackLimit)
	flood(n, at(0))
	assert.InDelta(t, attackLimit/4, s.Stats().Bytes, attackLimit/100)
}

// An early native entry under the victim's node id has nothing left out, and
// makes none of the victim's wait.
func TestForgedNativeEntries(t *testing.T) {
	s := NewSet[string](wait, attackLimit)
	victim := s.Join(victimAddress, victimConnection, "victim", start)
	forger := s.Join("10.6.6.6", "10.6.6.6:1", "victim", start)
	for key := range uint64(100) {
		forger.Native(http, key, at(9))
		assert.Equal(t, Pass, foreign(victim, tcp, key, at(10), "victim's"))
		assert.Equal(t, Pass, victim.Native(tcp, 1000+key, at(10)))
	}
}

// A flood of native entries fills the forger's part and passes; it uses up
// nobody else's memory for keys.
func TestFloodOfNativeEntries(t *testing.T) {
	s := NewSet[string](wait, attackLimit)
	victim := s.Join(victimAddress, victimConnection, "victim", start)
	forger := s.Join("10.6.6.6", "10.6.6.6:1", "victim", start)
	for key := uint64(0); forger.Native(http, key, at(0)) == Pass; key++ {
		require.Less(t, key, uint64(attackLimit), "it ends")
	}
	assert.Equal(t, Pass, victim.Native(http, 1, at(1)))
	assert.Equal(t, LeaveOut, foreign(victim, tcp, 1, at(1), "victim's"))
}

// Proxies cost memory, too, also those whose streams ended a moment ago.
func TestFloodOfProxies(t *testing.T) {
	s := NewSet[string](wait, attackLimit)
	joined := 0
	for i := range 2 * attackLimit / proxyBytes {
		if n := s.Join("10.6.6.6", "10.6.6.6:1", strconv.Itoa(i), at(0)); n != nil {
			joined++
			s.Leave(n, 0, at(0))
		}
	}
	assert.Less(t, joined, attackLimit/proxyBytes)
	assert.LessOrEqual(t, s.Stats().Bytes, int64(attackLimit))
	victim := s.Join(victimAddress, victimConnection, "victim", start)
	require.NotNil(t, victim)
	assert.Equal(t, Wait, foreign(victim, tcp, 1, at(0), "victim's"))
	expire(t, s, at(7))
	assert.Equal(t, int64(1), s.Stats().Proxies)
}

// Many entries with one key, as a hostile client sends, cost no more than others.
func TestSameKeyIsCheap(t *testing.T) {
	s, n := newStream(1 << 40)
	const many = 200_000
	for range many {
		foreign(n, tcp, 1, at(0), "a")
	}
	assert.Len(t, expire(t, s, at(3)), many)
}

// What is said to be in use is what is in use, in each state that a client can
// bring about.
func TestBytesAreMeasured(t *testing.T) {
	const many = 20_000
	join := func(s *Set[string]) *Stream[string] { return s.Join("10.0.0.1", "10.0.0.1:1000", "a", at(0)) }
	wait := func(n *Stream[string], key uint64) { n.Foreign(tcp, key, at(0), 0, func() string { return "" }) }
	for name, use := range map[string]func(s *Set[string]){
		"entries wait": func(s *Set[string]) {
			n := join(s)
			for key := range uint64(many) {
				wait(n, key)
			}
		},
		"pairs that waited": func(s *Set[string]) {
			n := join(s)
			for key := range uint64(many) {
				wait(n, key)
			}
			for key := range uint64(many) {
				n.Native(http, key, at(0))
			}
		},
		"keys": func(s *Set[string]) {
			n := join(s)
			for key := range uint64(many) {
				n.Native(http, key, at(0))
			}
		},
		"pairs that did not wait": func(s *Set[string]) {
			n := join(s)
			for key := range uint64(many) {
				n.Native(http, key, at(0))
			}
			for key := range uint64(many) {
				foreign(n, tcp, key, at(0), "")
			}
		},
		"connections that came and went": func(s *Set[string]) {
			n := join(s)
			for key := range uint64(many) {
				other := s.Join("10.0.0.1", strconv.FormatUint(key, 10), "a", at(0))
				other.Native(http, key, at(0))
				s.Leave(other, 0, at(0))
			}
			n.Native(http, 0, at(0))
		},
		"proxies": func(s *Set[string]) {
			for i := range many {
				s.Leave(s.Join("10.0.0.1", "10.0.0.1:1000", strconv.Itoa(i), at(0)), 0, at(0))
			}
		},
		"clients": func(s *Set[string]) {
			for i := range many {
				s.Join(strconv.Itoa(i), strconv.Itoa(i), "a", at(0))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSet[string](3*time.Second, 1<<40)
			before := heap()
			use(s)
			used, said := int64(heap())-int64(before), s.Stats().Bytes
			t.Logf("%d bytes each, said %d", used/many, said/many)
			assert.LessOrEqual(t, used, said+1<<16)
			assert.Less(t, said, 4*used)
			runtime.KeepAlive(s)
		})
	}
}

// After many entries waited their memory is given back, though one waits still.
func TestMemoryIsGivenBack(t *testing.T) {
	s, n := newStream(1 << 40)
	before := heap()
	for key := range uint64(50_000) {
		foreign(n, tcp, key, at(0), "")
	}
	foreign(n, tcp, 1, at(1), "")
	assert.Len(t, expire(t, s, at(3.5)), 50_000)
	expire(t, s, at(3.9))
	n.proxy.passed = [numKinds]memory{}
	assert.Less(t, int64(heap())-int64(before), int64(100<<10))
	runtime.KeepAlive(s)
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
