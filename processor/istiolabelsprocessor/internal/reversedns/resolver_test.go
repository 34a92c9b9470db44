// SPDX-License-Identifier: Apache-2.0

package reversedns

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns/dnstest"
)

var there = netip.MustParseAddr("192.0.2.10")

// at is a time after the start, in nanoseconds.
func at(d time.Duration) int64 { return int64(1_700_000_000*time.Second + d) }

func optionsFor(s *dnstest.Server) Options {
	return Options{
		Server: s.Addr(), Workers: 2, Queue: 16, MaxEntries: 64,
		Timeout: time.Minute, PositiveTTL: time.Hour, NegativeTTL: time.Minute,
	}
}

func start(t *testing.T, o Options) *Resolver {
	t.Helper()
	r := New(o)
	r.Start()
	t.Cleanup(func() { assert.NoError(t, r.Stop(context.WithoutCancel(t.Context()))) })
	return r
}

// settled waits until as many questions have come to an end.
func settled(t *testing.T, r *Resolver, questions int64) Stats {
	t.Helper()
	require.Eventually(t, func() bool {
		s := r.Stats()
		return s.Answered+s.Negative+s.Failed == questions
	}, time.Minute, time.Millisecond)
	return r.Stats()
}

// assertName looks the name up and then asks for it: the answer may be there at once.
func assertName(t *testing.T, r *Resolver, addr netip.Addr, now int64, want string) {
	t.Helper()
	defer r.Ask(addr, now)
	got, ok := r.Lookup(addr, now)
	assert.Equal(t, want, got)
	assert.Equal(t, want != "", ok)
}

// To look up a name is not to ask for it, nor to keep it for longer.
func TestLookupChangesNothing(t *testing.T) {
	d := &fake{names: func(string) ([]string, error) { return []string{"a.example."}, nil }}
	d.has = func(string) ([]netip.Addr, error) { return []netip.Addr{address(0)}, nil }
	r := newResolver(Options{Queue: 2, MaxEntries: 2, Timeout: time.Minute, PositiveTTL: time.Hour, NegativeTTL: time.Hour}, d)
	t.Cleanup(func() { assert.NoError(t, r.Stop(context.WithoutCancel(t.Context()))) })
	_, ok := r.Lookup(address(0), at(0))
	assert.False(t, ok)
	assert.Equal(t, Stats{}, r.Stats())

	r.Ask(address(0), at(0))
	r.answer(<-r.queue)
	r.Ask(address(1), at(1))
	name, _ := r.Lookup(address(0), at(2))
	assert.Equal(t, "a.example", name)
	r.Ask(address(2), at(3))
	_, ok = r.Lookup(address(0), at(4))
	assert.False(t, ok, "it was of use longest ago")
}

func TestConfirmedName(t *testing.T) {
	v6 := netip.MustParseAddr("2001:db8::10")
	for title, tc := range map[string]struct{ addr, known netip.Addr }{
		"ipv4":   {there, there},
		"ipv6":   {v6, v6},
		"mapped": {netip.AddrFrom16(there.As16()), there},
		"zone":   {v6.WithZone("eth0"), v6},
	} {
		t.Run(title, func(t *testing.T) {
			s := dnstest.Start(t)
			s.Add(tc.known, "API.Example.com")
			s.Change(func() { s.Hosts["api.example.com."] = s.Hosts["API.Example.com."] })
			r := start(t, optionsFor(s))
			assertName(t, r, tc.addr, at(0), "")
			assert.Equal(t, Stats{Asked: 1, Answered: 1, Entries: 1}, settled(t, r, 1))
			for range 10 {
				assertName(t, r, tc.addr, at(1), "api.example.com")
			}
			kind := "A"
			if tc.known.Is6() {
				kind = "AAAA"
			}
			assert.Equal(t, []string{"PTR " + dnstest.ARPA(tc.known), kind + " api.example.com."}, s.Questions())
		})
	}
}

func TestNoName(t *testing.T) {
	elsewhere := netip.MustParseAddr("192.0.2.99")
	for title, tc := range map[string]struct {
		pointers  []string
		hosts     map[string][]netip.Addr
		questions int
	}{
		"no record":              {nil, nil, 1},
		"name of another":        {[]string{"github.com."}, map[string][]netip.Addr{"github.com.": {elsewhere}}, 2},
		"name of nobody":         {[]string{"github.com."}, nil, 2},
		"name in IPv6 alone":     {[]string{"github.com."}, map[string][]netip.Addr{"github.com.": {netip.MustParseAddr("2001:db8::1")}}, 2},
		"an address":             {[]string{"192.0.2.10."}, map[string][]netip.Addr{"192.0.2.10.": {there}}, 1},
		"no host name":           {[]string{"a b.example.", "*.example.", "x/y.example."}, nil, 1},
		"a label of 0 at an end": {[]string{"-.example."}, nil, 1},
	} {
		t.Run(title, func(t *testing.T) {
			s := dnstest.Start(t)
			s.Change(func() { s.Pointers[there], s.Hosts = tc.pointers, tc.hosts })
			r := start(t, optionsFor(s))
			assertName(t, r, there, at(0), "")
			stats := settled(t, r, 1)
			assert.Zero(t, stats.Answered)
			assertName(t, r, there, at(time.Minute-1), "")
			assert.Len(t, s.Questions(), tc.questions)
		})
	}
}

// The owner of an address may write as many names as fit a message.
func TestManyNames(t *testing.T) {
	s := dnstest.Start(t)
	s.Change(func() {
		s.Pointers[there] = []string{"e.example.", "d.example.", "c.example.", "b.example.", "a.example.", "a.example."}
		s.Hosts = map[string][]netip.Addr{"c.example.": {there}, "d.example.": {there}, "e.example.": {there}}
	})
	r := start(t, optionsFor(s))
	r.Ask(there, at(0))
	settled(t, r, 1)
	assertName(t, r, there, at(1), "c.example")

	s.Change(func() {
		delete(s.Hosts, "c.example.")
		delete(s.Hosts, "d.example.")
	})
	r.Ask(there, at(time.Hour))
	settled(t, r, 2)
	assertName(t, r, there, at(time.Hour+1), "")
	assert.NotContains(t, s.Questions(), "A e.example.")
}

func TestNegativeIsRemembered(t *testing.T) {
	s := dnstest.Start(t)
	r := start(t, optionsFor(s))
	r.Ask(there, at(0))
	assert.Equal(t, Stats{Asked: 1, Negative: 1, Entries: 1}, settled(t, r, 1))
	s.Add(there, "api.example.com")
	assertName(t, r, there, at(time.Minute-1), "")
	r.Ask(there, at(time.Minute))
	settled(t, r, 2)
	assertName(t, r, there, at(time.Minute+1), "api.example.com")
}

func TestSlowServer(t *testing.T) {
	for title, reply := range map[string]func(dnsmessage.Question) dnstest.Behaviour{
		"silent":   func(dnsmessage.Question) dnstest.Behaviour { return dnstest.IsSilent },
		"babbling": func(dnsmessage.Question) dnstest.Behaviour { return dnstest.Babbles },
		"failing":  func(dnsmessage.Question) dnstest.Behaviour { return dnstest.Fails },
		"does not confirm": func(q dnsmessage.Question) dnstest.Behaviour {
			if q.Type == dnsmessage.TypePTR {
				return dnstest.Answers
			}
			return dnstest.IsSilent
		},
	} {
		t.Run(title, func(t *testing.T) {
			s := dnstest.Start(t)
			s.Add(there, "api.example.com")
			s.Behave(reply)
			o := optionsFor(s)
			o.Timeout = 20 * time.Millisecond
			r := start(t, o)
			r.Ask(there, at(0))
			assert.Equal(t, Stats{Asked: 1, Failed: 1, Entries: 1}, settled(t, r, 1))
			assertName(t, r, there, at(time.Minute-1), "")
			assert.Equal(t, int64(1), r.Stats().Asked)
			assertName(t, r, there, at(time.Minute), "")
			settled(t, r, 2)
		})
	}
}

// A name that expired is shown until the answer is there, or DNS was away for
// as long as the name was good.
func TestExpiredName(t *testing.T) {
	s := dnstest.Start(t)
	s.Add(there, "old.example")
	r := start(t, optionsFor(s))
	r.Ask(there, at(0))
	settled(t, r, 1)

	s.Behave(func(dnsmessage.Question) dnstest.Behaviour { return dnstest.Fails })
	assertName(t, r, there, at(time.Hour-1), "old.example")
	assert.Equal(t, int64(1), r.Stats().Asked)
	assertName(t, r, there, at(time.Hour), "old.example")
	settled(t, r, 2)
	assertName(t, r, there, at(time.Hour+time.Minute-1), "old.example")
	assert.Equal(t, int64(2), r.Stats().Asked)
	assertName(t, r, there, at(2*time.Hour-1), "old.example")
	settled(t, r, 3)
	assertName(t, r, there, at(2*time.Hour), "")

	s.Behave(nil)
	r.Ask(there, at(3*time.Hour))
	settled(t, r, 4)
	assertName(t, r, there, at(3*time.Hour), "old.example")
	s.Change(func() {
		s.Pointers[there] = []string{"new.example."}
		s.Hosts["new.example."] = []netip.Addr{there}
	})
	r.Ask(there, at(4*time.Hour))
	settled(t, r, 5)
	assertName(t, r, there, at(4*time.Hour), "new.example")
	s.Change(func() { clear(s.Pointers) })
	r.Ask(there, at(5*time.Hour))
	settled(t, r, 6)
	assertName(t, r, there, at(5*time.Hour), "")
}

func TestStopCancels(t *testing.T) {
	s := dnstest.Start(t)
	s.Behave(func(dnsmessage.Question) dnstest.Behaviour { return dnstest.IsSilent })
	o := optionsFor(s)
	o.Timeout = 24 * time.Hour
	r := New(o)
	r.Start()
	for i := range 10 {
		r.Ask(address(i), at(0))
	}
	require.Eventually(t, func() bool { return len(s.Questions()) == o.Workers }, time.Minute, time.Millisecond)
	require.NoError(t, r.Stop(t.Context()))
	require.NoError(t, r.Stop(t.Context()))
	stats := r.Stats()
	assert.Equal(t, Stats{Asked: 2, Entries: 10}, stats)
	r.Ask(there, at(0))
	assert.Equal(t, stats, r.Stats(), "after Stop nothing waits")
}

func TestStopWithoutStart(t *testing.T) {
	r := New(Options{})
	r.Ask(there, at(0))
	require.NoError(t, r.Stop(t.Context()))
	assert.Equal(t, Stats{Entries: 1}, r.Stats())
}

func TestServer(t *testing.T) {
	s := dnstest.Start(t)
	for _, tc := range []struct{ server, system string }{{s.Addr(), "192.0.2.1:53"}, {"", s.Addr()}} {
		conn, err := client{server: tc.server}.dial(t.Context(), "udp", tc.system)
		require.NoError(t, err)
		assert.Equal(t, s.Addr(), conn.RemoteAddr().String())
		assert.NoError(t, conn.Close())
	}
}
