// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// portScan touches each address as often as a scan of some ports does, a hundred
// of them in a quarter of a minute.
func (f *fixture) portScan(t *testing.T, from, to int, a *Asker) {
	t.Helper()
	for n := from; n < to; n++ {
		for range 50 {
			f.ask(address(n), a)
		}
		if n%100 == 0 {
			f.now += int64(15 * time.Second)
			f.check(t)
		}
	}
}

// A scan of many ports makes each address look like a talker. Still it hides
// nobody's first contact, and takes no more than its share of what others hold.
func TestPortScanHidesNobody(t *testing.T) {
	t.Parallel()
	for _, destination := range []string{"BlackHoleCluster", "PassthroughCluster", "elsewhere"} {
		t.Run(destination, func(t *testing.T) {
			f := newFixture(options(200))
			scan := &Asker{Source: "scanner", Destination: destination}
			for n := range 60 {
				first := fmt.Sprintf("198.51.100.%d", n)
				require.Equal(t, first, f.ask(first, &Asker{Source: fmt.Sprint("before", n%10), Destination: destination}))
			}
			f.portScan(t, 0, 4_000, scan)
			assert.Positive(t, f.stats().EvictedOutranked, "the scan loses its own slots to itself")
			lost := 60
			for i := range f.values().slots {
				if strings.HasPrefix(f.values().slots[i].text, "198.51.100.") {
					lost--
				}
			}
			assert.LessOrEqual(t, lost, f.values().perSource)
			for _, a := range []*Asker{blackHole, passthrough, {Source: "default/sleep", Destination: destination}} {
				victim := "203.0.113." + strconv.Itoa(len(a.Destination))
				require.Equal(t, victim, f.ask(victim, a), "a first contact after it shows")
			}
			f.check(t)
		})
	}
}

// A source may hold more than its share, all but the last tenth, with values that
// come often: a mesh whose traffic leaves by one gateway has one source.
func TestOneSourceAlone(t *testing.T) {
	f := newFixture(options(200))
	gateway := &Asker{Source: "istio-system/egress", Destination: "elsewhere"}
	own := 0
	for n := range 200 {
		for range establishedHits {
			f.ask(address(n), gateway)
		}
		if f.ask(address(n), gateway) == address(n) {
			own++
		}
	}
	values := f.options.sizes()[0]
	guaranteed := values / 2
	assert.Equal(t, (values-guaranteed)*9/10, own)
	f.check(t)
}

// Networks that a source won count against its share.
func TestShareOfNetworksThatAreWon(t *testing.T) {
	t.Parallel()
	o := options(400)
	o.Guaranteed = nil
	f := newFixture(o)
	for n := range 1000 { // all networks of length 24, each from a source of its own
		f.ask(address(n<<8), &Asker{Source: fmt.Sprint("s", n)})
	}
	for n := range 1 << 15 {
		f.ask(address(1<<23+n), scanner)
		if n%256 == 0 {
			f.now += int64(time.Second)
			f.check(t)
		}
	}
	p := f.levels()[0]
	assert.Equal(t, p.perSource, p.holding(scanner.holderKey()).total)
}

// Two halves of a scan share no blame by touching the same addresses.
func TestTwoSourcesProveNothing(t *testing.T) {
	f := newFixture(options(1000))
	for n := range 10_000 {
		f.ask(address(n), scanner)
		f.ask(address(n), &Asker{Source: "shop/scanner-2", Destination: scanner.Destination})
	}
	assert.LessOrEqual(t, f.values().live.len, 2*f.values().perSource)
	f.check(t)
}

// A clock that ran ahead and is set right keeps no slot for as long as it was ahead.
func TestClockSetBack(t *testing.T) {
	f := newFixture(options(100))
	f.now += int64(10_000 * time.Hour)
	f.ask("203.0.113.1", blackHole)
	f.now -= int64(10_000 * time.Hour)
	for range 70 {
		f.now += minute
		f.ask("203.0.113.2", blackHole)
	}
	assert.Equal(t, int64(1), f.stats().EvictedIdle)
	assert.InDelta(t, int64(10_000*time.Hour), f.skew, float64(late))
	f.check(t)
}

// Callers that wait for each other bring their times in any order.
func TestTimesOutOfOrder(t *testing.T) {
	f := newFixture(options(100))
	for n := range 1000 {
		f.now += int64(time.Second)
		f.ask("203.0.113.1", blackHole)
		f.Address("203.0.113.1", blackHole, f.now-int64(n%60)*int64(time.Second))
	}
	assert.Equal(t, f.now, f.Limiter.now)
	assert.Zero(t, f.skew)
}

// However an address is spelled, it is one value.
func TestSpellings(t *testing.T) {
	f := newFixture(options(100))
	for asked, want := range map[string]string{
		"::ffff:203.0.113.1":      "203.0.113.1",
		"::ffff:cb00:7101%eth0":   "203.0.113.1",
		"2001:DB8:0:0::1":         "2001:db8::1",
		"2001:db8::1%\xff\n":      "2001:db8::1",
		"fe80::1%" + "long, long": "fe80::1",
	} {
		assert.Equal(t, want, f.ask(asked, blackHole))
		assert.Equal(t, want, f.ask(asked, blackHole))
	}
	assert.Equal(t, 3, f.stats().Live)
	assert.Equal(t, uint64(3), f.Distinct())
	assert.Equal(t, "203.0.113.0/24", f.Name(contract.Other, netip.MustParseAddr("::ffff:203.0.113.1"), blackHole, f.now).Value)
	assert.Equal(t, "203.0.113.0/24", f.ask("::ffff:203.0.113.0/120", blackHole))
}

// A network in place of an address may lie in one that the user named.
func TestCIDRInNetwork(t *testing.T) {
	o := options(100)
	o.Networks = map[string][]netip.Prefix{
		"office": {netip.MustParsePrefix("198.51.100.0/24")}, "lab": {netip.MustParsePrefix("198.51.100.128/25")},
	}
	f := newFixture(o)
	assert.Equal(t, "office", f.ask("198.51.100.0/24", blackHole), "not all of it is the lab's")
	assert.Equal(t, "lab", f.ask("198.51.100.192/26", blackHole))
	assert.Equal(t, "198.51.0.0/16", f.ask("198.51.0.0/16", blackHole))
	o.NetworkApart = true
	f = newFixture(o)
	got := f.Address("198.51.100.192/26", blackHole, f.now)
	assert.Equal(t, Resolved{Value: "198.51.100.0/24", Network: "lab", Slot: 81, Term: 1}, got)
}

func TestShares(t *testing.T) {
	assert.Equal(t, 29, part(0.29, 100))
	assert.Equal(t, 7, part(0.7, 10))
	assert.Equal(t, 0, part(0.99, 1))
	for limit := range 50 {
		o := options(limit)
		o.Guaranteed = map[string]float64{"BlackHoleCluster": 0.9, "PassthroughCluster": 0.9}
		f := newFixture(o)
		for n := range 200 {
			f.ask(address(n<<8), []*Asker{blackHole, passthrough, scanner}[n%3])
		}
		f.check(t)
	}
}

// A value that comes more often than a counter can hold is still the heaviest.
func TestHitsEndAtTheTop(t *testing.T) {
	o := options(1)
	o.Guaranteed = nil
	f := newFixture(o)
	f.ask("203.0.113.1", blackHole)
	for _, hits := range []uint32{1<<31 + 1, 1<<32 - 1} {
		f.values().slots[0].hits = hits
		f.ask("203.0.113.1", blackHole)
		for range 100 {
			f.ask("203.0.113.2", blackHole)
		}
	}
	assert.Equal(t, "203.0.113.1", f.ask("203.0.113.1", blackHole))
}

// Two sources that touch each other's values take nothing off their accounts: it
// takes as many as may hold all slots together to make a value nobody's.
func TestTwoSourcesLaunderNothing(t *testing.T) {
	for _, networks := range []bool{false, true} {
		f := newFixture(options(400))
		a, b := &Asker{Source: "evil/a", Destination: "PassthroughCluster"}, &Asker{Source: "evil/b", Destination: "PassthroughCluster"}
		for n := range 3000 {
			step := n
			if networks {
				step = n << 8
			}
			for range establishedHits + 1 {
				f.ask(address(step), a)
			}
			for range 2 {
				f.ask(address(step), b)
			}
		}
		f.check(t)
		victim := &Asker{Source: "default/sleep", Destination: "PassthroughCluster"}
		assert.Equal(t, "203.0.113.66", f.ask("203.0.113.66", victim))
	}
}
