// SPDX-License-Identifier: Apache-2.0

package addressnames

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// address is the i-th address of a network without end.
func address(i int) netip.Addr {
	a := [16]byte{0: 0x20, 1: 0x01, 2: 0x0d, 3: 0xb8}
	binary.BigEndian.PutUint64(a[8:], uint64(i))
	return netip.AddrFrom16(a)
}

func TestClaimsDoNotPushOutProven(t *testing.T) {
	n := New(Options{MaxProven: 1, MaxClaimed: 8, MaxPerClaimant: 2, TTL: ttl})
	n.Learn(there, nobody, "api.example.com", Proven, at(0))
	for i := range 1000 {
		n.Learn(address(i), Claimant{"n", strconv.Itoa(i % 50)}, "x.example", Claimed, at(1))
		n.Learn(there, evil, fmt.Sprintf("x%d.example", i), Claimed, at(1))
	}
	assertName(t, n, shop, at(2), "api.example.com")
	assert.Equal(t, 8, n.Stats().Claimed)
}

// A scan from one workload takes that workload's share and nothing of another's.
func TestScanKeepsToItsShare(t *testing.T) {
	n := New(Options{MaxProven: 1, MaxClaimed: 100, MaxPerClaimant: 25, TTL: ttl})
	for i := range 75 {
		n.Learn(address(i), Claimant{"n", strconv.Itoa(i % 3)}, "x.example", Claimed, at(0))
	}
	for i := range 1 << 16 {
		n.Learn(address(1000+i), evil, "github.com", Claimed, at(time.Duration(i)))
	}
	for i := range 75 {
		_, _, ok := n.Name(address(i), Claimant{"n", strconv.Itoa(i % 3)}, at(1<<16))
		assert.True(t, ok, i)
	}
	// The newest of its own are kept.
	for i := range 1 << 16 {
		_, _, ok := n.Name(address(1000+i), evil, at(1<<16))
		require.Equal(t, i >= 1<<16-25, ok, i)
	}
	assert.Equal(t, Stats{Claimed: 100, Claimants: 4}, n.Stats())
}

func TestFullOfSources(t *testing.T) {
	n := New(Options{MaxProven: 1, MaxClaimed: 4, MaxPerClaimant: 2, TTL: ttl})
	for i := range 100 {
		n.Learn(there, Claimant{"n", strconv.Itoa(i)}, "x.example", Claimed, at(time.Duration(i)))
		assert.Equal(t, Stats{Claimed: min(i+1, 4), Claimants: min(i+1, 4)}, n.Stats())
	}
	assertName(t, n, Claimant{"n", "96"}, at(100), "x.example")
	assertName(t, n, Claimant{"n", "95"}, at(100), "")
}

func TestBoundsBelowOne(t *testing.T) {
	n := New(Options{MaxProven: -1, MaxPerClaimant: 5, TTL: ttl})
	for i := range 10 {
		n.Learn(address(i), shop, "x.example", Proven, at(0))
		n.Learn(address(i), shop, "x.example", Claimed, at(0))
	}
	assert.Equal(t, Stats{Proven: 1, Claimed: 1, Claimants: 1}, n.Stats())
}

// teaching is what the reference remembers: everything.
type teaching struct {
	addr     netip.Addr
	claimant Claimant
	kind     Kind
}

// reference says what a table without bounds would: the names that were taught
// without a pause of a TTL in between.
type reference map[teaching]*struct {
	names map[string]bool
	until int64
}

func (r reference) learn(k teaching, name string, now int64) {
	e := r[k]
	if e == nil || now >= e.until {
		e = &struct {
			names map[string]bool
			until int64
		}{names: map[string]bool{}}
		r[k] = e
	}
	e.names[name] = true
	e.until = now + int64(ttl)
}

func (r reference) name(k teaching, now int64) (string, bool) {
	e := r[k]
	if e == nil || now >= e.until || len(e.names) != 1 {
		return "", false
	}
	for name := range e.names {
		return name, true
	}
	return "", false
}

// Random teaching, in three sizes: with room for all of it the answers are the
// reference's; without, each answer is a name that the reference heard from the
// same claimant, or as proven, within a TTL, and the bounds hold all the time.
func TestAgainstReference(t *testing.T) {
	for _, tc := range []struct {
		options Options
		exact   bool
	}{
		{Options{MaxProven: 64, MaxClaimed: 64 * 5, MaxPerClaimant: 64, TTL: ttl}, true},
		{Options{MaxProven: 10, MaxClaimed: 40, MaxPerClaimant: 10, TTL: ttl}, false},
		{Options{MaxProven: 1, MaxClaimed: 3, MaxPerClaimant: 3, TTL: ttl}, false},
	} {
		t.Run(fmt.Sprintf("%+v", tc.options), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			n, ref, now := New(tc.options), reference{}, at(0)
			answers := 0
			for i := range 20_000 {
				now += random.Int64N(int64(ttl) / 50)
				addr := address(random.IntN(64))
				claimant := Claimant{"n", string(rune('a' + random.IntN(5)))}
				if random.IntN(2) == 0 {
					// Some addresses have several names, most have one.
					name := fmt.Sprintf("%s-%d.example", addr, random.IntN(40)/39)
					kind := Kind(random.IntN(2))
					k := teaching{addr, claimant, kind}
					if kind == Proven {
						k.claimant = nobody
					}
					n.Learn(addr, claimant, name, kind, now)
					ref.learn(k, name, now)
				}
				stats := n.Stats()
				require.LessOrEqual(t, stats.Proven, tc.options.MaxProven)
				require.LessOrEqual(t, stats.Claimed, tc.options.MaxClaimed)
				if i%16 == 0 {
					requireShares(t, n)
				}

				got, _, ok := n.Name(addr, claimant, now)
				want, wantOK := ref.name(teaching{addr, nobody, Proven}, now)
				if !wantOK {
					want, wantOK = ref.name(teaching{addr, claimant, Claimed}, now)
				}
				if tc.exact {
					require.Equal(t, want, got)
					require.Equal(t, wantOK, ok)
				}
				if ok {
					answers++
					require.True(t, ref.heard(teaching{addr, nobody, Proven}, got, now) || ref.heard(teaching{addr, claimant, Claimed}, got, now))
				}
			}
			assert.NotZero(t, answers)
		})
	}
}

func (r reference) heard(k teaching, name string, now int64) bool {
	e := r[k]
	return e != nil && now < e.until && e.names[name]
}

// requireShares checks that no claimant has more than its share, that none is
// without a name, and that the total is one.
func requireShares(t *testing.T, n *Names) {
	t.Helper()
	total := 0
	for _, taught := range n.claimed.byClaimant.Values() {
		require.Positive(t, taught.Len())
		require.LessOrEqual(t, taught.Len(), n.claimed.perClaimant)
		total += taught.Len()
	}
	require.Equal(t, n.claimed.total, total)
}

// heapOf is what a function leaves on the heap, in bytes.
func heapOf(f func() *Names) (*Names, float64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return n, float64(after.HeapAlloc) - float64(before.HeapAlloc)
}

// The figures of the package comment.
func TestMemory(t *testing.T) {
	const names = 20_000
	name := func(i int) string { return fmt.Sprintf("%020d.example.com", i) }
	for title, tc := range map[string]struct {
		bound, each float64
		fill        func(n *Names, i int)
	}{
		"proven":                {300, names, func(n *Names, i int) { n.Learn(address(i), nobody, name(i), Proven, at(0)) }},
		"claimed, one claimant": {300, names, func(n *Names, i int) { n.Learn(address(i), shop, name(i), Claimed, at(0)) }},
		"claimed, one of each":  {1000, names, func(n *Names, i int) { n.Learn(address(i), Claimant{name(i), name(i)}, name(i), Claimed, at(0)) }},
	} {
		t.Run(title, func(t *testing.T) {
			n, heap := heapOf(func() *Names {
				n := New(Options{MaxProven: names, MaxClaimed: names, MaxPerClaimant: names, TTL: ttl})
				for i := range 3 * names { // with evictions, which leave holes in maps
					tc.fill(n, i)
				}
				return n
			})
			t.Logf("%.0f bytes each", heap/tc.each)
			assert.Less(t, heap/tc.each, tc.bound)
			runtime.KeepAlive(n)
		})
	}
}
