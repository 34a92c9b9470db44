// SPDX-License-Identifier: Apache-2.0

package reversedns

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/host"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns/dnstest"
)

// address is the i-th address of a network without end.
func address(i int) netip.Addr {
	a := [16]byte{0: 0x20, 1: 0x01, 2: 0x0d, 3: 0xb8}
	binary.BigEndian.PutUint64(a[8:], uint64(i))
	return netip.AddrFrom16(a)
}

func TestQueueFull(t *testing.T) {
	s := dnstest.Start(t)
	o := optionsFor(s)
	o.Queue = 2
	r := New(o)
	t.Cleanup(func() { assert.NoError(t, r.Stop(context.WithoutCancel(t.Context()))) })
	for i := range 5 {
		r.Ask(address(i), at(0))
	}
	r.Ask(address(0), at(0))
	r.Ask(address(4), at(0))
	assert.Equal(t, Stats{Dropped: 4, Entries: 2, Queued: 2}, r.Stats(), "what was dropped takes no room")
	r.Start()
	settled(t, r, 2)
	r.Ask(address(4), at(0))
	assert.Equal(t, Stats{Asked: 3, Negative: 3, Dropped: 4, Entries: 3}, settled(t, r, 3), "and may come again")
}

func TestFlood(t *testing.T) {
	s := dnstest.Start(t)
	for i := range 1000 {
		s.Add(address(i), fmt.Sprintf("h%d.example", i))
	}
	o := optionsFor(s)
	o.MaxEntries, o.Queue = 100, 10
	r := start(t, o)
	for i := range 50_000 {
		r.Ask(address(i%25_000), at(time.Duration(i)))
		if i%1000 == 0 {
			stats := r.Stats()
			require.LessOrEqual(t, stats.Entries, 100)
			require.LessOrEqual(t, stats.Queued, 10)
		}
	}
	require.Eventually(t, func() bool {
		stats := r.Stats()
		return stats.Queued == 0 && stats.Asked == stats.Answered+stats.Negative
	}, time.Minute, time.Millisecond)
	stats := r.Stats()
	assert.NotZero(t, stats.Dropped)
	assert.LessOrEqual(t, stats.Entries, 100)
	r.Ask(there, at(time.Second))
	settled(t, r, stats.Asked+1)
}

// fake is a DNS without a network.
type fake struct {
	names  func(addr string) ([]string, error)
	has    func(name string) ([]netip.Addr, error)
	asking atomic.Int64
	peak   atomic.Int64
	calls  atomic.Int64
}

func (f *fake) enter() func() {
	f.calls.Add(1)
	now := f.asking.Add(1)
	for peak := f.peak.Load(); now > peak && !f.peak.CompareAndSwap(peak, now); peak = f.peak.Load() {
	}
	runtime.Gosched()
	return func() { f.asking.Add(-1) }
}

func (f *fake) LookupAddr(_ context.Context, addr string) ([]string, error) {
	defer f.enter()()
	return f.names(addr)
}

func (f *fake) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	defer f.enter()()
	return f.has(name)
}

func TestConcurrentUse(t *testing.T) {
	f := &fake{
		names: func(string) ([]string, error) { return []string{"h.example."}, nil },
		has:   func(string) ([]netip.Addr, error) { return []netip.Addr{there}, nil },
	}
	r := newResolver(Options{Workers: 3, Queue: 8, MaxEntries: 16, Timeout: time.Minute, PositiveTTL: 100, NegativeTTL: 10}, f)
	r.Start()
	done := make(chan struct{})
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 5000 {
				r.Ask(address(i%50), at(time.Duration(i)))
				r.Ask(there, at(time.Duration(i)))
				r.Stats()
			}
		}()
	}
	for range 4 {
		<-done
	}
	require.NoError(t, r.Stop(t.Context()))
	assert.LessOrEqual(t, f.peak.Load(), int64(3))
	assert.LessOrEqual(t, r.Stats().Entries, 16)
	assert.Zero(t, f.asking.Load())
}

// Random questions and answers: what Lookup shows is what DNS last confirmed,
// within twice its time, and the bounds hold.
func TestAgainstReference(t *testing.T) {
	type confirmed struct {
		name string
		at   int64
	}
	const positive, negative = 1000, 100
	random := rand.New(rand.NewPCG(1, 2))
	now, last := at(0), map[netip.Addr]confirmed{}
	outcome := 0
	var name string
	f := &fake{
		names: func(string) ([]string, error) {
			switch outcome {
			case 0:
				return nil, &net.DNSError{IsNotFound: true}
			case 1:
				return nil, &net.DNSError{IsTimeout: true}
			}
			return []string{name + "."}, nil
		},
	}
	r := newResolver(Options{Queue: 4, MaxEntries: 16, Timeout: time.Minute, PositiveTTL: positive, NegativeTTL: negative}, f)
	t.Cleanup(func() { assert.NoError(t, r.Stop(context.WithoutCancel(t.Context()))) })
	shown := 0
	for range 50_000 {
		now += random.Int64N(20)
		addr := address(random.IntN(24))
		r.Ask(addr, now)
		got, ok := r.Lookup(addr, now)
		if ok {
			shown++
			require.Equal(t, last[addr].name, got)
			require.Less(t, now, last[addr].at+2*positive)
		}
		stats := r.Stats()
		require.LessOrEqual(t, stats.Entries, 16)
		require.LessOrEqual(t, stats.Queued, 4)
		if random.IntN(3) == 0 && stats.Queued > 0 {
			q := <-r.queue
			outcome = random.IntN(5)
			name = fmt.Sprintf("h%d.example", random.IntN(3))
			f.has = func(string) ([]netip.Addr, error) { return []netip.Addr{q.addr}, nil }
			r.answer(q)
			switch {
			case outcome > 1:
				last[q.addr] = confirmed{name, q.now}
			case outcome == 0:
				delete(last, q.addr)
			}
		}
	}
	assert.NotZero(t, shown)
}

// Whatever PTR records say, a name is one that DNS could have, it costs no more
// than a few questions, and no search domain of the system comes into it.
func FuzzPointers(f *testing.F) {
	f.Add("api.example.com.", "b.example.")
	f.Add("192.0.2.10.", "\xff\n.")
	f.Add(strings.Repeat("a.", 200), "*.x")
	f.Fuzz(func(t *testing.T, a, b string) {
		d := &fake{
			names: func(string) ([]string, error) { return []string{a, b, a + b, b + a, a + ".x", b + ".x", "x." + a}, nil },
			has: func(name string) ([]netip.Addr, error) {
				assert.True(t, strings.HasSuffix(name, "."), name)
				return []netip.Addr{there}, nil
			},
		}
		r := newResolver(Options{Timeout: time.Minute, PositiveTTL: 10, NegativeTTL: 10}, d)
		defer func() { assert.NoError(t, r.Stop(context.WithoutCancel(t.Context()))) }()
		r.Ask(there, at(0))
		r.answer(<-r.queue)
		assert.LessOrEqual(t, d.calls.Load(), int64(1+maxNames))
		got, ok := r.Lookup(there, at(1))
		assert.Equal(t, ok, got != "")
		if ok {
			name, isName := host.Name(got)
			assert.True(t, isName)
			assert.Equal(t, name, got)
		}
	})
}

// The figure of the package comment.
func TestMemory(t *testing.T) {
	const entries = 20_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := filled(t, entries)
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := (float64(after.HeapAlloc) - float64(before.HeapAlloc)) / entries
	t.Logf("%.0f bytes each", each)
	assert.Less(t, each, 350.0)
	assert.Equal(t, entries, r.Stats().Entries)
}

// filled has been asked about three times as many addresses as it remembers.
func filled(tb testing.TB, entries int) *Resolver {
	tb.Helper()
	d := &fake{}
	r := newResolver(Options{MaxEntries: entries, Timeout: time.Minute, PositiveTTL: time.Hour, NegativeTTL: time.Hour}, d)
	defer func() { assert.NoError(tb, r.Stop(context.WithoutCancel(tb.Context()))) }()
	for i := range 3 * entries {
		d.names = func(string) ([]string, error) { return []string{fmt.Sprintf("%020d.example.com.", i)}, nil }
		d.has = func(string) ([]netip.Addr, error) { return []netip.Addr{address(i)}, nil }
		r.Ask(address(i), at(0))
		r.answer(<-r.queue)
	}
	return r
}
