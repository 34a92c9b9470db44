package limit

import (
	"math/rand/v2"
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
		Label: "destination_ip", Limit: limit, IdleTimeout: time.Hour, RestTimeout: 2 * time.Hour, MaxSourceShare: 0.25,
		Guaranteed:  map[string]float64{"BlackHoleCluster": 0.25, "PassthroughCluster": 0.25},
		RollUpShare: 0.2, RollUp: RollUp{IPv4: []int{24, 16}, IPv6: []int{64, 48}},
	}
}

// start is when tests begin.
const start = int64(1_800_000_000_000_000_000)

// fixture is a limiter with a clock of its own.
type fixture struct {
	*Limiter
	ledger *Ledger
	now    int64
}

func newFixture(o Options) *fixture {
	f := &fixture{ledger: new(Ledger), now: start}
	f.ledger.Clock = func() int64 { return f.now }
	f.Limiter = New(o, f.ledger)
	return f
}

func (f *fixture) ask(address string, a *Asker) string {
	return f.Address(address, a, f.now).Value
}

// check holds the state of each population against itself.
func (f *fixture) check(t *testing.T) {
	t.Helper()
	s := f.Stats()
	require.LessOrEqual(t, s.Live+s.Resting, s.Limit)
	for p := range f.populations {
		p.check(t)
	}
}

func (p *population) check(t *testing.T) {
	t.Helper()
	states, held, charged := map[state]int{}, make([]int, len(p.groups)), map[uint64]source{}
	for i := range p.slots {
		s := &p.slots[i]
		states[s.state]++
		if s.state == isFree {
			continue
		}
		held[s.group]++
		if s.source != nil {
			from := charged[s.source.key]
			from.key = s.source.key
			if from.all++; s.few {
				from.few++
			}
			charged[s.source.key] = from
		}
	}
	require.LessOrEqual(t, len(p.slots), p.size)
	require.Equal(t, p.live, states[isLive])
	require.Len(t, p.turns, states[restsIdle]+states[restsOutranked])
	require.Len(t, p.index, states[isLive]+states[restsIdle]+states[restsOutranked])
	require.Len(t, p.heirs, states[isKept]+states[restsOutranked])
	require.Equal(t, p.outranked, states[restsOutranked])
	require.Len(t, p.free, states[isFree])
	promised := 0
	for g := range p.groups {
		require.Equal(t, held[g], p.groups[g].held)
		promised += max(held[g], p.groups[g].reserved)
	}
	require.LessOrEqual(t, promised, p.size, "what is guaranteed can be given")
	require.Len(t, p.sources, len(charged))
	for key, from := range charged {
		require.Equal(t, from, p.holdings(key))
		require.LessOrEqual(t, from.few, p.perSource)
	}
}

func TestFreeSlotsGoToWhoeverComes(t *testing.T) {
	f := newFixture(options(100))
	assert.Equal(t, "203.0.113.1", f.ask("203.0.113.1", blackHole))
	assert.Equal(t, "2001:db8::1", f.ask("2001:db8::1", blackHole))
	assert.Equal(t, "203.0.113.1", f.ask("203.0.113.1", passthrough))
	assert.Equal(t, Counts{Admitted: 2}, f.Stats().Counts)
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
	assert.Less(t, seen[Other], 1<<10, "16 networks of length 16 have room")
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

// What comes often wins a slot over what came once, when the slot has rested.
func TestOftenWins(t *testing.T) {
	o := options(10)
	o.RollUpShare, o.MaxSourceShare, o.Guaranteed = 0, 1, nil
	f := newFixture(o)
	w := f.ledger.Watch()
	for n := range 10 {
		require.Equal(t, address(n), f.ask(address(n), blackHole))
	}
	for range provenHits {
		require.Equal(t, Other, f.ask("203.0.113.9", blackHole))
	}
	resting := w.Resting(nil)
	require.Len(t, resting, 1)
	assert.Equal(t, Other, f.ask(resting[0].Value, blackHole), "it has lost its slot")
	assert.Equal(t, Other, f.ask("203.0.113.9", blackHole), "the slot still rests")
	f.check(t)
	w.Ended(resting)
	assert.Empty(t, w.Resting(nil))
	assert.Equal(t, Other, f.ask("198.51.100.1", blackHole), "the slot is kept for the winner")
	assert.Equal(t, "203.0.113.9", f.ask("203.0.113.9", blackHole))
	f.check(t)
	assert.Equal(t, Counts{Admitted: 11, EvictedOutranked: 1}, f.Stats().Counts)
}

// What came once never takes the slot of what came once.
func TestNoiseEvictsNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(options(100))
	for n := range volume(1_000_000) {
		f.ask(address(n), &Asker{Source: strconv.Itoa(n % 50)})
	}
	assert.Zero(t, f.Stats().EvictedOutranked)
	f.check(t)
}

func TestIdleValuesGiveUpTheirSlots(t *testing.T) {
	f := newFixture(options(100))
	w := f.ledger.Watch()
	f.ask("203.0.113.1", blackHole)
	f.now += int64(50 * time.Minute)
	f.ask("203.0.113.2", blackHole)
	f.now += int64(20 * time.Minute)
	resting := w.Resting(nil)
	require.Len(t, resting, 1)
	assert.Equal(t, contract.Resting{Label: "destination_ip", Value: "203.0.113.1", Turn: resting[0].Turn}, resting[0])

	assert.Equal(t, "203.0.113.1", f.ask("203.0.113.1", blackHole), "it is back before its series ended")
	assert.Empty(t, w.Resting(nil))
	w.Ended(resting) // too late, and of no effect
	f.check(t)
	assert.Equal(t, "203.0.113.1", f.ask("203.0.113.1", blackHole))
	assert.Equal(t, Counts{Admitted: 2}, f.Stats().Counts, "none has lost its slot for good")
}

// A value rests while a call goes on that may carry it, and for each watch.
func TestRestWaitsForCallsAndWatches(t *testing.T) {
	f := newFixture(options(10))
	first, second := f.ledger.Watch(), f.ledger.Watch()
	call := f.ledger.Begin()
	f.ask("203.0.113.1", blackHole)
	f.now += int64(2 * time.Hour)
	later := f.ledger.Begin()
	assert.Empty(t, first.Resting(nil))
	f.ledger.End(call)
	resting := first.Resting(nil)
	assert.Empty(t, resting, "a call that began before the value was given up")
	f.ledger.End(later)
	resting = first.Resting(nil)
	require.Len(t, resting, 1)
	first.Ended(resting)
	assert.Empty(t, first.Resting(nil))
	assert.Equal(t, 1, f.Stats().Resting)
	second.Stop()
	assert.Equal(t, 0, f.Stats().Resting)
	f.check(t)
}

// Without a connector that watches a slot rests for a time.
func TestRestWithoutWatch(t *testing.T) {
	f := newFixture(options(10))
	f.ask("203.0.113.1", blackHole)
	f.now += int64(time.Hour)
	f.ask("203.0.113.2", blackHole)
	assert.Equal(t, 1, f.Stats().Resting)
	f.now += int64(2 * time.Hour)
	f.ask("203.0.113.2", blackHole)
	assert.Equal(t, 0, f.Stats().Resting)
	assert.Equal(t, 1, f.Stats().Live)
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
	assert.Equal(t, Fallbacks{Network: 3, Levels: []int64{0, 0}}, f.Stats().Fallbacks)
	assert.Zero(t, f.Stats().Live)

	o.NetworkApart = true
	f = newFixture(o)
	for range 2 {
		assert.Equal(t, Resolved{"198.51.100.1", "office"}, f.Address("198.51.100.1", blackHole, f.now))
	}
	assert.Equal(t, Resolved{Value: "203.0.113.1"}, f.Address("203.0.113.1", blackHole, f.now))
	assert.Equal(t, Resolved{"example.com", "lab"}, f.Name("example.com", netip.MustParseAddr("198.51.100.200"), blackHole, f.now))
}

// What looks like a fallback is counted as one.
func TestReserved(t *testing.T) {
	o := options(100)
	o.Networks = map[string][]netip.Prefix{"office": {netip.MustParsePrefix("198.51.100.0/24")}}
	f := newFixture(o)
	assert.Equal(t, "203.0.113.0/24", f.ask("203.0.113.0/24", blackHole))
	assert.Equal(t, "203.0.0.0/16", f.ask("203.0.112.0/20", blackHole))
	assert.Equal(t, Other, f.ask("203.0.0.0/8", blackHole))
	assert.Equal(t, Other, f.ask("no address", blackHole))
	for _, name := range []string{"other", "office", "10.0.0.0/8"} {
		assert.Equal(t, Other, f.Name(name, netip.Addr{}, blackHole, f.now).Value)
	}
	assert.Equal(t, "203.0.113.0/24", f.Name("other", netip.MustParseAddr("203.0.113.7"), blackHole, f.now).Value)
	assert.Equal(t, "a/b", f.Name("a/b", netip.Addr{}, blackHole, f.now).Value)
	assert.Equal(t, Fallbacks{Levels: []int64{2, 1}, Other: 5, Reserved: 8}, f.Stats().Fallbacks)
}

func TestWatchesAreBounded(t *testing.T) {
	l := new(Ledger)
	watches := make([]contract.SlotWatch, 65)
	for i := range watches {
		watches[i] = l.Watch()
	}
	assert.Zero(t, watches[64].(*watch).bit)
	watches[3].Stop()
	assert.Equal(t, uint64(8), l.Watch().(*watch).bit)
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

// Any stream at all, with watches that come late and values that rest.
func TestRandomStreams(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 3))
			o := options(1 + r.IntN(60))
			f := newFixture(o)
			var w contract.SlotWatch
			if seed%3 > 0 {
				w = f.ledger.Watch()
			}
			asked, answered := 0, 0
			keys := rand.NewZipf(r, 1.2, 1, 4000)
			for range max(2_000, volume(20_000)) {
				asked++
				a := &Asker{Source: strconv.Itoa(r.IntN(4)), Destination: []string{"BlackHoleCluster", "PassthroughCluster", "AllowAnyDynamicDNSCluster"}[r.IntN(3)]}
				if f.ask(address(int(keys.Uint64())*7919%(1<<24)), a) != "" {
					answered++
				}
				f.now += r.Int64N(int64(time.Second))
				if r.IntN(500) == 0 {
					f.now += r.Int64N(int64(time.Hour))
				}
				if r.IntN(100) == 0 {
					if w != nil {
						w.Ended(w.Resting(nil))
					}
					f.check(t)
				}
			}
			assert.Equal(t, asked, answered)
		})
	}
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
