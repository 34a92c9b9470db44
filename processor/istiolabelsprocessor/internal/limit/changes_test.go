// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// full is a limiter of which all slots were used, so that each that is given away
// changes hands. Their values have been idle for long.
func full(t *testing.T, o Options) *fixture {
	t.Helper()
	f := newFixture(o)
	for n := 0; len(f.values().slots) < f.values().size; n++ {
		destination := []string{"BlackHoleCluster", "PassthroughCluster", "elsewhere"}[n%3]
		f.ask(address(1<<22+n), &Asker{Source: fmt.Sprint("old", n%50), Destination: destination})
	}
	f.now += int64(2 * o.IdleTimeout)
	require.Zero(t, f.stats().Live)
	return f
}

// A slot that loses its value and gets it back has had three terms.
func TestTermsOfOneSlot(t *testing.T) {
	o := options(1)
	o.Guaranteed = nil
	f := newFixture(o)
	a, b := "203.0.113.1", "203.0.113.2"
	talk := func(address string) Resolved {
		f.now += int64(o.IdleTimeout - time.Minute) // after ten halvings
		for range 2 * establishedHits {
			if f.ask(address, blackHole) == address {
				break
			}
		}
		return f.Address(address, blackHole, f.now)
	}
	for term := uint64(1); term < 100; term += 2 {
		require.Equal(t, Resolved{Value: a, Slot: 1, Term: term}, talk(a))
		require.Equal(t, Resolved{Value: b, Slot: 1, Term: term + 1}, talk(b))
		f.check(t)
	}
}

// A value that has another slot now keeps it when its last one is given away.
func TestLastSlotOfAValueThatHasAnother(t *testing.T) {
	o := options(10)
	o.RollUpShare, o.MaxSourceShare, o.Guaranteed = 0, 1, map[string]float64{"BlackHoleCluster": 0.5}
	f := newFixture(o)
	moved := "203.0.113.1"
	last := f.Address(moved, blackHole, f.now)
	f.now += int64(2 * o.IdleTimeout)
	require.Zero(t, f.stats().Live)
	for n := range 5 { // all that no other destination is guaranteed
		require.Equal(t, address(n), f.ask(address(n), passthrough))
	}
	for range establishedHits {
		f.ask(moved, passthrough)
	}
	now := f.Address(moved, passthrough, f.now)
	require.NotEqual(t, last.Slot, now.Slot)
	f.check(t)
	f.now += int64(changeWindow)
	for n := range 5 {
		require.Equal(t, address(100+n), f.ask(address(100+n), blackHole))
	}
	require.Equal(t, uint64(2), f.values().slots[last.Slot-1].term)
	require.Equal(t, now, f.Address(moved, passthrough, f.now))
	f.check(t)
}

// Slots of values that stayed away are given to others as fast as any.
func TestIdleSlotsChangeHands(t *testing.T) {
	o := options(100)
	o.RollUpShare, o.Guaranteed, o.MaxSourceShare = 0, nil, 1
	f := full(t, o)
	for round := range 5 {
		shown := 0
		for n := range 50 {
			if a := address(round*50 + n); f.ask(a, blackHole) == a {
				shown++
			}
		}
		assert.Equal(t, 10, shown)
		f.now += int64(changeWindow)
		f.check(t)
	}
	back := address(1 << 22)
	assert.Equal(t, uint64(1), f.Address(address(1<<22+99), blackHole, f.now).Term, "it comes back to its own slot")
	assert.Equal(t, back, f.ask(back, blackHole), "its slot is another one's now")
	f.check(t)
}

// While a scan takes all the slots that may change hands, in whatever way, the
// first contact of another workload shows.
func TestNewcomerShowsWhileAScanTakesIdleSlots(t *testing.T) {
	for name, touches := range map[string]int{"addresses": 1, "few ports": establishedHits + 1, "ports": 100} {
		for _, destination := range []string{"BlackHoleCluster", "PassthroughCluster", "elsewhere"} {
			t.Run(name+"/"+destination, func(t *testing.T) {
				f := full(t, options(200))
				scan := &Asker{Source: "shop/scanner", Destination: "elsewhere"}
				for n := range 4000 {
					for range touches {
						f.ask(address(n), scan)
					}
					f.now += int64(time.Second / 20)
					if n%500 == 100 {
						victim := fmt.Sprintf("198.51.100.%d", n/100)
						require.Equal(t, victim, f.ask(victim, &Asker{Source: "shop/cart", Destination: destination}))
					}
				}
				changed := 0
				for _, s := range f.values().slots {
					if s.live && strings.HasPrefix(s.text, "10.") {
						require.Greater(t, s.term, uint64(1))
						changed++
					}
				}
				require.GreaterOrEqual(t, changed, f.values().perSource)
				f.check(t)
			})
		}
	}
}

// What a destination is guaranteed holds for changes of hands, too, however many
// sources ask for another one.
func TestGuaranteedChanges(t *testing.T) {
	f := full(t, options(500))
	for n := range 1000 {
		f.ask(address(n), &Asker{Source: fmt.Sprint("s", n), Destination: "PassthroughCluster"})
	}
	mine := f.values().changes.most() / 4
	for n := range mine {
		a := fmt.Sprintf("198.51.100.%d", n)
		require.Equal(t, a, f.ask(a, &Asker{Source: fmt.Sprint("t", n), Destination: "BlackHoleCluster"}))
	}
	f.check(t)
}

// Any stream at all, with jumps in time: what the model says holds.
func TestRandomStreams(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 3))
			o := options(1 + r.IntN(150))
			o.IdleTimeout = time.Duration(1+r.IntN(1200)) * time.Second
			o.MaxSourceShare = r.Float64()
			o.Guaranteed = map[string]float64{"BlackHoleCluster": r.Float64() / 2, "PassthroughCluster": r.Float64() / 2}
			if seed%3 == 0 {
				o.Networks = map[string][]netip.Prefix{"here": {netip.MustParsePrefix("10.16.0.0/12")}}
			}
			w := newWorld(t, o)
			keys := rand.NewZipf(r, 1.1+r.Float64(), 1, 4000)
			for i := range max(2_000, volume(20_000)) {
				a := &Asker{Source: strconv.Itoa(r.IntN(4)), Destination: []string{"BlackHoleCluster", "PassthroughCluster", "AllowAnyDynamicDNSCluster"}[r.IntN(3)]}
				w.send(request{address(int(keys.Uint64()) * 7919 % (1 << 24)), a})
				w.pass(time.Duration(r.Int64N(int64(time.Second))))
				if r.IntN(500) == 0 {
					w.pass(time.Duration(r.Int64N(int64(time.Hour))))
				}
				if i%200 == 0 {
					w.check(t)
				}
			}
			w.finish()
		})
	}
}
