// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

var (
	blackHole   = &Asker{Source: "default/sleep", Destination: "BlackHoleCluster"}
	passthrough = &Asker{Source: "default/sleep", Destination: "PassthroughCluster"}
	scanner     = &Asker{Source: "shop/scanner", Destination: "PassthroughCluster"}
)

func options(limit int) Options {
	return Options{
		Label: "destination_ip", Limit: limit, IdleTimeout: time.Hour, MaxSourceShare: 0.25,
		Guaranteed:  map[string]float64{"BlackHoleCluster": 0.25, "PassthroughCluster": 0.25},
		RollUpShare: 0.2, RollUp: RollUp{IPv4: []int{24, 16}, IPv6: []int{64, 48}},
	}
}

func TestFreeSlotsGoToWhoeverComes(t *testing.T) {
	f := newFixture(options(100))
	assert.Equal(t, "203.0.113.1", f.ask("203.0.113.1", blackHole))
	assert.Equal(t, "2001:db8::1", f.ask("2001:db8::1", blackHole))
	assert.Equal(t, "203.0.113.1", f.ask("203.0.113.1", passthrough))
	assert.Equal(t, Counts{Admitted: 2}, f.stats().Counts)
	f.check(t)
}

// A scan rolls up to its networks, and a first contact of another source shows.
func TestScanHidesNobody(t *testing.T) {
	t.Parallel()
	f := newFixture(options(1000))
	seen := map[string]int{}
	n := volume(1 << 20)
	for n := range n {
		seen[f.ask(address(n), scanner)]++
	}
	f.check(t)
	assert.LessOrEqual(t, len(seen), 250+1)
	assert.Equal(t, n, total(seen))
	assert.Less(t, seen[contract.Other], 1<<10, "16 networks of length 16 have room")
	for _, a := range []*Asker{blackHole, passthrough} {
		victim := map[string]string{"B": "198.51.100.66", "P": "198.51.100.80"}[a.Destination[:1]]
		assert.Equal(t, victim, f.ask(victim, a))
	}
	assert.InEpsilon(t, n, f.Distinct(), 0.03)
}

func address(n int) string {
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String()
}

func total(seen map[string]int) (n int) {
	for _, count := range seen {
		n += count
	}
	return n
}

// What comes often takes the slot of what came once.
func TestOftenWins(t *testing.T) {
	o := options(10)
	o.RollUpShare, o.MaxSourceShare, o.Guaranteed = 0, 1, nil
	f := newFixture(o)
	for n := range 10 {
		require.Equal(t, address(n), f.ask(address(n), blackHole))
	}
	for range establishedHits - 1 {
		require.Equal(t, contract.Other, f.ask("203.0.113.9", blackHole))
	}
	got := f.Address("203.0.113.9", blackHole, f.now)
	assert.Equal(t, "203.0.113.9", got.Value)
	assert.Equal(t, uint64(2), got.Term)
	f.check(t)
	assert.Equal(t, Counts{Admitted: 11, EvictedOutranked: 1}, f.stats().Counts)
	assert.Equal(t, 10, f.stats().Live)

	for range 2 * establishedHits {
		assert.Equal(t, contract.Other, f.ask("203.0.113.8", blackHole), "one of ten slots has changed hands")
	}
	f.now += int64(changeWindow)
	assert.Equal(t, "203.0.113.8", f.ask("203.0.113.8", blackHole))
	f.check(t)
}

// What came once never takes the slot of what came once.
func TestNoiseEvictsNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(options(100))
	for n := range volume(1_000_000) {
		f.ask(address(n), &Asker{Source: strconv.Itoa(n % 50)})
	}
	assert.Zero(t, f.stats().EvictedOutranked)
	f.check(t)
}

func TestIdleValuesGiveUpTheirSlots(t *testing.T) {
	f := newFixture(options(100))
	first := f.Address("203.0.113.1", blackHole, f.now)
	f.now += int64(50 * time.Minute)
	f.ask("203.0.113.2", blackHole)
	f.now += int64(20 * time.Minute)
	assert.Equal(t, 1, f.stats().Live)
	assert.Equal(t, int64(1), f.stats().EvictedIdle)

	assert.Equal(t, first, f.Address("203.0.113.1", blackHole, f.now), "nobody else had its slot: it is the same term")
	assert.Equal(t, Counts{Admitted: 3, EvictedIdle: 1}, f.stats().Counts)
	f.check(t)
}

// A value that comes in time is never idle, whatever its time is rounded to.
func TestIdleIsNeverEarly(t *testing.T) {
	f := newFixture(options(100))
	for range 200 {
		f.ask("203.0.113.1", blackHole)
		f.now += int64(time.Minute - time.Second)
		f.ask("203.0.113.1", blackHole)
		f.now += int64(time.Hour - 1)
		f.ask("203.0.113.2", blackHole)
		require.Zero(t, f.stats().EvictedIdle)
	}
	f.now += int64(time.Hour + time.Minute)
	assert.Zero(t, f.stats().Live)
	f.check(t)
}

func TestNetworks(t *testing.T) {
	o := options(100)
	o.Networks = map[string][]netip.Prefix{
		"office": {netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8::/32")},
		"lab":    {netip.MustParsePrefix("198.51.100.128/25")},
	}
	f := newFixture(o)
	assert.Equal(t, "office", f.ask("198.51.100.1", blackHole))
	assert.Equal(t, "lab", f.ask("198.51.100.129", blackHole))
	assert.Equal(t, "office", f.ask("2001:db8::9", blackHole))
	assert.Equal(t, Fallbacks{Network: 3, Levels: []int64{0, 0}}, f.stats().Fallbacks)
	assert.Zero(t, f.stats().Live)

	o.NetworkApart = true
	f = newFixture(o)
	for range 2 {
		assert.Equal(t, Resolved{Value: "198.51.100.1", Network: "office", Slot: 1, Term: 1}, f.Address("198.51.100.1", blackHole, f.now))
	}
	assert.Equal(t, Resolved{Value: "203.0.113.1", Slot: 2, Term: 1}, f.Address("203.0.113.1", blackHole, f.now))
	assert.Equal(t, Resolved{Value: "example.com", Network: "lab", Slot: 3, Term: 1}, f.Name("example.com", netip.MustParseAddr("198.51.100.200"), blackHole, f.now))
}

// What looks like a fallback is counted as one.
func TestReserved(t *testing.T) {
	o := options(100)
	o.Networks = map[string][]netip.Prefix{"office": {netip.MustParsePrefix("198.51.100.0/24")}}
	f := newFixture(o)
	assert.Equal(t, "203.0.113.0/24", f.ask("203.0.113.0/24", blackHole))
	assert.Equal(t, "203.0.0.0/16", f.ask("203.0.112.0/20", blackHole))
	assert.Equal(t, contract.Other, f.ask("203.0.0.0/8", blackHole))
	assert.Equal(t, contract.Other, f.ask("no address", blackHole))
	for _, name := range []string{"other", "office", "10.0.0.0/8"} {
		assert.Equal(t, contract.Other, f.Name(name, netip.Addr{}, blackHole, f.now).Value)
	}
	assert.Equal(t, "203.0.113.0/24", f.Name("other", netip.MustParseAddr("203.0.113.7"), blackHole, f.now).Value)
	assert.Equal(t, "a/b", f.Name("a/b", netip.Addr{}, blackHole, f.now).Value)
	assert.Equal(t, Fallbacks{Levels: []int64{2, 1}, Other: 5, Reserved: 8}, f.stats().Fallbacks)
}

// A known value costs no allocation, and one that has no slot none either.
func TestAllocations(t *testing.T) {
	f := newFixture(options(10))
	for n := range 1000 {
		f.ask(address(n), passthrough)
	}
	assert.Zero(t, testing.AllocsPerRun(1000, func() { f.ask(address(0)[:8], passthrough) })-testing.AllocsPerRun(1000, func() { _ = address(0)[:8] }))
	known, unknown := address(0), "203.0.113.7"
	assert.Zero(t, testing.AllocsPerRun(1000, func() { f.ask(known, passthrough) }))
	assert.LessOrEqual(t, testing.AllocsPerRun(1000, func() { f.ask(unknown, passthrough) }), 0.1)
}

func BenchmarkAddress(b *testing.B) {
	for _, distinct := range []int{100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000} {
		b.Run(strconv.Itoa(distinct), func(b *testing.B) {
			f := newFixture(options(1000))
			addresses := make([]string, 1<<16)
			n := 0
			for b.Loop() {
				if n%len(addresses) == 0 {
					b.StopTimer()
					for i := range addresses {
						addresses[i] = address((n + i) % distinct)
					}
					b.StartTimer()
				}
				f.ask(addresses[n%len(addresses)], passthrough)
				n++
			}
		})
	}
}
