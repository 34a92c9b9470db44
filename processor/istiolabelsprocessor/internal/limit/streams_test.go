// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

func streamOptions(limit int) Options {
	o := options(limit)
	o.IdleTimeout = 10 * time.Minute
	return o
}

// workloads are sources of one destination.
func workloads(n int, destination string) []*Asker {
	a := make([]*Asker, n)
	for i := range a {
		a[i] = &Asker{Source: fmt.Sprintf("ns/workload-%d", i), Destination: destination}
	}
	return a
}

func TestStreams(t *testing.T) {
	t.Parallel()
	askers := workloads(8, "PassthroughCluster")
	random := rand.New(rand.NewPCG(7, 7))
	zipf := rand.NewZipf(random, 1.1, 1, 1<<20)
	record := new(accesslog.Record)
	for _, tc := range []struct {
		name         string
		n, perSecond int
		next         func(i int) request
	}{
		{"scan", 1 << 18, 2000, func(i int) request { return request{address(i), scanner} }},
		{"scan of ports", 100_000, 1000, func(i int) request { return request{address(i / 40), scanner} }},
		{"all new every second", 200_000, 1000, func(i int) request { return request{address(i * 7919 % (1 << 24)), askers[i%8]} }},
		{"zipf", 200_000, 200, func(i int) request { return request{address(int(zipf.Uint64())), askers[i%8]} }},
		{"sliding window", 200_000, 200, func(i int) request { return request{address(i/400 + random.IntN(100)), askers[random.IntN(8)]} }},
		{"sliding window of one source", 100_000, 200, func(i int) request { return request{address(i/400 + random.IntN(100)), scanner} }},
		{"comes back just when it is idle", 30_000, 20, func(i int) request { return request{address(i % 12_001 * 7), askers[i%2]} }},
		{"/64 of one /48", 100_000, 1000, func(i int) request {
			return request{address6(0x2001_0db8_0001_0000|uint64(i%(1<<16)), random.Uint64N(4)), scanner}
		}},
		{"addresses of one /64", 100_000, 1000, func(int) request { return request{address6(0x2001_0db8_0001_0002, random.Uint64()), scanner} }},
		{"v4-mapped and zones", 100_000, 500, func(i int) request {
			n := random.IntN(2000)
			record.Reset()
			record.Set(accesslog.UpstreamHost, []string{
				address(n) + ":443", fmt.Sprintf("[::ffff:%s]:443", address(n)), "::ffff:" + address(n),
				fmt.Sprintf("[fe80::%x%%eth%d]:443", n+1, i), fmt.Sprintf("fe80::%x%%%d", n+1, i),
			}[i%5])
			return request{istio.DestinationIP(record), askers[i%8]}
		}},
		{"named networks", 50_000, 500, func(i int) request { return request{address(random.IntN(1 << 18)), askers[i%8]} }},
	} {
		for _, limit := range []int{1, 7, 200} {
			if limit < 200 && tc.n > 200_000 {
				continue
			}
			t.Run(fmt.Sprint(tc.name, "/", limit), func(t *testing.T) {
				o := streamOptions(limit)
				if tc.name == "named networks" {
					o.Networks = map[string][]netip.Prefix{"here": {netip.MustParsePrefix("10.1.0.0/16")}, "there": {netip.MustParsePrefix("10.2.0.0/15")}}
				}
				w := newWorld(t, o)
				n := volume(tc.n)
				if limit < 200 {
					n /= 10
				}
				w.stream(n, tc.perSecond, tc.next)
				w.finish()
			})
		}
	}
}

func address6(network, host uint64) string {
	var b [16]byte
	for i := range 8 {
		b[i], b[8+i] = byte(network>>(56-8*i)), byte(host>>(56-8*i))
	}
	return netip.AddrFrom16(b).String()
}

// The heavy ones of a zipf stream have the slots, although one-offs came first:
// after a quarter of an hour, in which a tenth may change hands in 15 s.
func TestZipfHeavyOnesWin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streamOptions(200))
	askers := workloads(8, "PassthroughCluster")
	w.stream(2000, 1000, func(i int) request { return request{address(1<<23 + i), askers[i%8]} })
	zipf := rand.NewZipf(rand.New(rand.NewPCG(8, 8)), 1.1, 1, 1<<20)
	w.stream(500_000, 500, func(i int) request { return request{address(int(zipf.Uint64())), askers[i%8]} })
	heavy := make([]string, 0, len(w.model.asked))
	for address := range w.model.asked {
		heavy = append(heavy, address)
	}
	slices.SortFunc(heavy, func(a, b string) int { return int(w.model.asked[b] - w.model.asked[a]) })
	half := w.options.Limit / 2 // ten in twelve of those slots that nobody else is guaranteed
	assert.GreaterOrEqual(t, w.own(heavy[:half]), half*95/100)
	w.verify()
}

// Two tenants flood with addresses that all look proven, one of them long before
// the other: each has what it is guaranteed, at once.
func TestTwoTenants(t *testing.T) {
	t.Parallel()
	for _, order := range [][2]string{{"BlackHoleCluster", "PassthroughCluster"}, {"PassthroughCluster", "BlackHoleCluster"}} {
		t.Run(order[1], func(t *testing.T) {
			w := newWorld(t, streamOptions(200))
			for nth, n := range []int{100_000, 1_000} {
				askers := workloads(16, order[nth])
				w.stream(n, 500, func(i int) request { return request{address(nth<<20 + i/20), askers[i/20%16]} })
			}
			mine := 0
			for i := range w.values().slots {
				if addr, err := netip.ParseAddr(w.values().slots[i].text); err == nil && netip.MustParsePrefix("10.16.0.0/12").Contains(addr) {
					mine++
				}
			}
			assert.GreaterOrEqual(t, mine, part(0.25, w.values().size))
			w.finish()
		})
	}
}

// While one workload scans, in whatever way, another one makes one blocked
// connection: it stands in the next flush.
func TestBlockedConnectionShowsDuringScan(t *testing.T) {
	t.Parallel()
	for name, touches := range map[string]int{"addresses": 1, "few ports": establishedHits + 1, "ports": 100} {
		for _, destination := range []string{"BlackHoleCluster", "PassthroughCluster", "elsewhere"} {
			t.Run(name+"/"+destination, func(t *testing.T) {
				w := newWorld(t, streamOptions(200))
				scan := &Asker{Source: "shop/scanner", Destination: destination}
				for round := range 20 {
					w.stream(3_000, 100, func(i int) request { return request{address((round*3_000 + i) / touches), scan} })
					if round == 3 || round == 17 {
						victim := fmt.Sprintf("198.51.100.%d", round)
						w.send(request{victim, &Asker{Source: "shop/cart", Destination: "BlackHoleCluster"}})
						require.Equal(t, 1, w.own([]string{victim}))
						w.stream(2*callSize, 1, func(int) request { return request{address(1 << 20), scan} })
						require.Contains(t, w.model.series.alive, victim)
					}
				}
				w.finish()
			})
		}
	}
}

// After one-offs took all slots, a talker takes one with its tenth hit.
func TestHitsToWin(t *testing.T) {
	w := newWorld(t, streamOptions(200))
	askers := workloads(8, "PassthroughCluster")
	w.stream(2_000, 1000, func(i int) request { return request{address(i * 7), askers[i%8]} })
	late := request{"203.0.113.9", askers[0]}
	for range establishedHits - 1 {
		w.send(late)
	}
	require.Zero(t, w.own([]string{late.address}))
	w.send(late)
	require.Equal(t, 1, w.own([]string{late.address}))
	w.finish()
}
