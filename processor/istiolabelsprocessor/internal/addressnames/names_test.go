// SPDX-License-Identifier: Apache-2.0

package addressnames

import (
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

const ttl = time.Hour

var (
	generous = Options{MaxProven: 1 << 16, MaxClaimed: 1 << 16, MaxPerClaimant: 1 << 14, TTL: ttl}

	there  = netip.MustParseAddr("203.0.113.10")
	shop   = Claimant{"shop", "checkout"}
	evil   = Claimant{"evil", "miner"}
	nobody = Claimant{}
)

// at is a time after the start, in nanoseconds.
func at(d time.Duration) int64 { return int64(1_700_000_000*time.Second + d) }

func assertName(t *testing.T, n *Names, claimant Claimant, now int64, want string) {
	t.Helper()
	got, _, ok := n.Name(there, claimant, now)
	assert.Equal(t, want, got)
	assert.Equal(t, want != "", ok)
}

func TestProvenHoldsForAll(t *testing.T) {
	n := New(generous)
	n.Learn(there, nobody, "api.example.com", Proven, at(0))
	for _, s := range []Claimant{shop, evil, nobody} {
		assertName(t, n, s, at(1), "api.example.com")
	}
}

func TestClaimHoldsForItsClaimantAlone(t *testing.T) {
	n := New(generous)
	n.Learn(there, evil, "github.com", Claimed, at(0))
	assertName(t, n, evil, at(1), "github.com")
	for _, s := range []Claimant{shop, nobody, {"evil", "other"}, {"shop", "miner"}, {"", "miner"}, {"evil", ""}} {
		assertName(t, n, s, at(1), "")
	}
}

func TestProvenGoesBeforeClaim(t *testing.T) {
	n := New(generous)
	n.Learn(there, shop, "claim.example", Claimed, at(0))
	n.Learn(there, nobody, "proof.example", Proven, at(0))
	assertName(t, n, shop, at(1), "proof.example")
	n.Learn(there, nobody, "other.example", Proven, at(2))
	assertName(t, n, shop, at(3), "claim.example")
	assertName(t, n, evil, at(3), "")
}

// A name holds for a TTL after it was last taught, not after it was first.
func TestExpiry(t *testing.T) {
	for _, kind := range []Kind{Proven, Claimed} {
		n := New(generous)
		n.Learn(there, shop, "a.example", kind, at(0))
		assertName(t, n, shop, at(ttl-1), "a.example")
		assertName(t, n, shop, at(ttl), "")
		n.Learn(there, shop, "a.example", kind, at(ttl+1))
		n.Learn(there, shop, "a.example", kind, at(ttl+2))
		assertName(t, n, shop, at(2*ttl+1), "a.example")
		assertName(t, n, shop, at(2*ttl+2), "")
		n.Learn(there, shop, "b.example", kind, at(2*ttl+2))
		assertName(t, n, shop, at(2*ttl+3), "b.example")
	}
}

func TestConflictLastsUntilBothExpired(t *testing.T) {
	for _, kind := range []Kind{Proven, Claimed} {
		n := New(generous)
		n.Learn(there, shop, "a.example", kind, at(0))
		n.Learn(there, shop, "b.example", kind, at(1))
		assertName(t, n, shop, at(2), "")
		n.Learn(there, shop, "a.example", kind, at(ttl-1))
		n.Learn(there, shop, "a.example", kind, at(ttl+2))
		assertName(t, n, shop, at(ttl+3), "")
		n.Learn(there, shop, "b.example", kind, at(2*ttl+2))
		assertName(t, n, shop, at(2*ttl+3), "b.example")
	}
}

// Workers see times out of order.
func TestTimeThatRunsBack(t *testing.T) {
	n := New(generous)
	n.Learn(there, shop, "a.example", Claimed, at(10))
	n.Learn(there, shop, "a.example", Claimed, at(0))
	assertName(t, n, shop, at(ttl+9), "a.example")
}

func TestOneAddressInAllSpellings(t *testing.T) {
	n := New(generous)
	n.Learn(netip.AddrFrom16(there.As16()), shop, "a.example", Proven, at(0))
	assertName(t, n, shop, at(1), "a.example")
	assert.Equal(t, 1, n.Stats().Proven)
	v6 := netip.MustParseAddr("2001:db8::1")
	n.Learn(v6.WithZone("eth0"), shop, "b.example", Proven, at(0))
	got, _, _ := n.Name(v6, shop, at(1))
	assert.Equal(t, "b.example", got)
}

func TestNotLearned(t *testing.T) {
	long := strings.Repeat("a", contract.MaxValueLen+1)
	n := New(generous)
	for _, claimant := range []Claimant{nobody, {"", "w"}, {"n", ""}, {long, "w"}, {"n", long}} {
		n.Learn(there, claimant, "a.example", Claimed, at(0))
		assertName(t, n, claimant, at(1), "")
	}
	for _, name := range []string{"", strings.Repeat("a", host.MaxName+1)} {
		n.Learn(there, shop, name, Proven, at(0))
		n.Learn(there, shop, name, Claimed, at(0))
	}
	for _, addr := range []string{"127.0.0.1", "::1", "0.0.0.0", "::", "169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1", "::ffff:127.0.0.1"} {
		n.Learn(netip.MustParseAddr(addr), shop, "a.example", Proven, at(0))
		n.Learn(netip.MustParseAddr(addr), shop, "a.example", Claimed, at(0))
	}
	n.Learn(netip.Addr{}, shop, "a.example", Proven, at(0))
	_, _, ok := n.Name(netip.Addr{}, shop, at(0))
	assert.False(t, ok)
	n.Learn(there, shop, "a.example", Claimed+1, at(0))
	assert.Zero(t, n.Stats())
}

// What is passed in may lie in a buffer that the next record overwrites.
func TestNothingBorrowed(t *testing.T) {
	n := New(generous)
	buffer := []byte("api.example.comshopcheckout")
	borrowed := unsafe.String(unsafe.SliceData(buffer), len(buffer))
	claimant := Claimant{borrowed[15:19], borrowed[19:]}
	n.Learn(there, nobody, borrowed[:15], Proven, at(0))
	n.Learn(there, claimant, borrowed[:15], Claimed, at(0))
	copy(buffer, strings.Repeat("X", len(buffer)))
	assertName(t, n, nobody, at(1), "api.example.com")
	n.Learn(there, nobody, "other.example", Proven, at(1))
	assertName(t, n, shop, at(1), "api.example.com")
}

func TestConcurrentUse(t *testing.T) {
	n := New(Options{MaxProven: 16, MaxClaimed: 16, MaxPerClaimant: 4, TTL: ttl})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			claimant := Claimant{"n", string(rune('a' + w))}
			for i := range 2000 {
				addr := netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
				n.Learn(addr, claimant, "a.example", Kind(i%2), at(time.Duration(i)))
				n.Name(addr, claimant, at(time.Duration(i)))
				n.Stats()
			}
		})
	}
	wg.Wait()
	assert.Equal(t, Stats{Proven: 16, Claimed: 16, Claimants: 4}, n.Stats())
}

func TestNoAllocations(t *testing.T) {
	n := New(generous)
	n.Learn(there, nobody, "api.example.com", Proven, at(0))
	n.Learn(there, shop, "api.example.com", Claimed, at(0))
	cdn := netip.MustParseAddr("2001:db8::1")
	n.Learn(cdn, shop, "a.example", Claimed, at(0))
	n.Learn(cdn, shop, "b.example", Claimed, at(0))
	require.Zero(t, testing.AllocsPerRun(100, func() {
		n.Learn(there, nobody, "api.example.com", Proven, at(1))
		n.Learn(there, shop, "api.example.com", Claimed, at(1))
		n.Learn(cdn, shop, "a.example", Claimed, at(1))
		n.Learn(cdn, shop, "b.example", Claimed, at(1))
		n.Name(there, shop, at(1))
		n.Name(cdn, shop, at(1))
		n.Name(cdn, evil, at(1))
	}))
}
