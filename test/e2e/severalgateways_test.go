// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// replica is one of several gateways, with a volume of its own.
type replica struct {
	*gateway
	env map[string]string
}

func startReplica(t *testing.T, p *testbed.Prometheus, number int) *replica {
	t.Helper()
	r := &replica{env: map[string]string{"INSTANCE_ID": fmt.Sprintf("gateway-%d", number), "STATE_DIRECTORY": t.TempDir(), "SHUTDOWN_TIMEOUT": "5s"}}
	r.gateway = startGatewayBefore(t, p, r.env, storageFile)
	r.env["OTLP_GRPC_ENDPOINT"] = r.OTLP
	return r
}

// again starts the gateway on its volume and its address, as a StatefulSet does.
func (r *replica) again(t *testing.T) {
	t.Helper()
	endpoint := r.OTLP
	r.gateway = startGatewayBefore(t, r.prometheus, r.env, storageFile)
	r.OTLP = endpoint
}

// proxyLoad has requests go through a proxy all the time.
type proxyLoad struct {
	sent atomic.Int64
	err  atomic.Pointer[error]
	// taken is what each gateway had taken at a time, each some milliseconds.
	mu    sync.Mutex
	taken []takenAt

	cancel context.CancelFunc
	done   sync.WaitGroup
}

type takenAt struct {
	at time.Time
	of map[netip.AddrPort]int
}

func startProxyLoad(t *testing.T, proxy *loopback.Balanced) *proxyLoad {
	t.Helper()
	const workers, pause, look = 4, 5 * time.Millisecond, 20 * time.Millisecond
	l := &proxyLoad{}
	var ctx context.Context
	ctx, l.cancel = context.WithCancel(t.Context())
	for range workers {
		l.done.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for ctx.Err() == nil {
				if err := proxy.Request(context.WithoutCancel(ctx), client); err != nil {
					l.err.Store(&err)
					return
				}
				l.sent.Add(1)
				time.Sleep(pause)
			}
		})
	}
	l.done.Go(func() {
		for ctx.Err() == nil {
			at := time.Now()
			of, err := proxy.Taken()
			if err != nil {
				l.err.Store(&err)
				return
			}
			l.mu.Lock()
			l.taken = append(l.taken, takenAt{at, of})
			l.mu.Unlock()
			time.Sleep(look)
		}
	})
	return l
}

// goesOn waits until so many more requests were sent.
func (l *proxyLoad) goesOn(t *testing.T, n int64) {
	t.Helper()
	want := l.sent.Load() + n
	require.Eventually(t, func() bool { return l.sent.Load() >= want || l.err.Load() != nil }, settleTimeout, 10*time.Millisecond)
}

// stop returns how many requests there were.
func (l *proxyLoad) stop(t *testing.T) int {
	t.Helper()
	l.cancel()
	l.done.Wait()
	if err := l.err.Load(); err != nil {
		require.NoError(t, *err)
	}
	return int(l.sent.Load())
}

// takenBefore is what a gateway had taken at the last look before a time.
func (l *proxyLoad) takenBefore(endpoint netip.AddrPort, at time.Time) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, look := range l.taken {
		if look.at.After(at) {
			break
		}
		n = look.of[endpoint]
	}
	return n
}

// latest is how much later a look came than it should have, at most: the gateways may
// have been as late with a save.
func (l *proxyLoad) latest() (late time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := 1; i < len(l.taken); i++ {
		late = max(late, l.taken[i].at.Sub(l.taken[i-1].at))
	}
	return late
}

func takenOf(t *testing.T, proxy *loopback.Balanced) map[netip.AddrPort]int {
	t.Helper()
	taken, err := proxy.Taken()
	require.NoError(t, err)
	return taken
}

// TestSeveralGateways has an Envoy balance its records over three gateways, of which one
// is killed and replaced, and one is stopped and started. A fourth one comes. Sums over
// all of them are what they took, but for what the crash lost: at most what the killed
// gateway took in its last second.
func TestSeveralGateways(t *testing.T) {
	t.Parallel()
	p := startPrometheus(t)
	var all []*replica
	var endpoints []netip.AddrPort
	add := func() {
		r := startReplica(t, p, len(all))
		all, endpoints = append(all, r), append(endpoints, r.otlp())
	}
	for range 3 {
		add()
	}
	proxy := loopback.StartBalanced(t, proctest.Envoy.Find(t), recommended(t), endpoints...)
	load := startProxyLoad(t, proxy)
	const some, step = 50, 500
	require.Eventually(t, func() bool {
		taken := takenOf(t, proxy)
		return taken[endpoints[0]] > some && taken[endpoints[1]] > some && taken[endpoints[2]] > some
	}, settleTimeout, pollInterval, "each gets records")

	killed, rolled := all[0], all[1]
	at := time.Now()
	require.NoError(t, killed.Process.Kill())
	load.goesOn(t, step)
	lastSecond := takenOf(t, proxy)[endpoints[0]] - load.takenBefore(endpoints[0], at.Add(-lostTime-load.latest()))
	killed.again(t)
	load.goesOn(t, step)
	require.NoError(t, rolled.Stop())
	load.goesOn(t, step)
	rolled.again(t)
	load.goesOn(t, step)
	add()
	proxy.Balance(t, endpoints...)
	require.Eventually(t, func() bool { return takenOf(t, proxy)[endpoints[3]] > some }, settleTimeout, pollInterval, "the fourth gets records")
	sent := load.stop(t)

	var written, dropped int
	require.Eventually(t, func() bool {
		var err error
		written, dropped, err = proxy.Logged()
		require.NoError(t, err)
		return written+dropped == sent
	}, settleTimeout, pollInterval, "each request is logged")
	taken := takenOf(t, proxy)
	for _, r := range all {
		require.NoError(t, r.Stop())
	}

	sum := 0
	for i, r := range all {
		counted := int(r.value(t, fmt.Sprintf("sum(last_over_time(%s{instance=%q}[1h]))", requests, r.env["INSTANCE_ID"])))
		sum += counted
		t.Logf("%s took %d, counted %d", r.env["INSTANCE_ID"], taken[endpoints[i]], counted)
		if r == killed {
			assert.GreaterOrEqual(t, counted, taken[endpoints[i]]-lastSecond)
			assert.LessOrEqual(t, counted, taken[endpoints[i]]+dropped, "the crash cut off answers")
			continue
		}
		assert.Equal(t, taken[endpoints[i]], counted, r.env["INSTANCE_ID"])
	}
	t.Logf("of %d records the gateways took %d, the proxy dropped %d; counted %d", sent, written, dropped, sum)
	assert.LessOrEqual(t, sum, sent)
	assert.InDelta(t, sum, killed.value(t, "sum(last_over_time("+requests+"[1h]))"), 0)
	killed.neverFalls(t, requests)
}

// TestLimitsOfSeveralGateways has more addresses than slots go to each of three
// gateways. The limit is each gateway's own: together they show at most three times as
// many values.
func TestLimitsOfSeveralGateways(t *testing.T) {
	t.Parallel()
	const gateways, limit, records = 3, 40, 4000
	p := startPrometheus(t)
	for i := range gateways {
		g := startGatewayBefore(t, p, map[string]string{"INSTANCE_ID": fmt.Sprintf("gateway-%d", i), "DESTINATION_IP_LIMIT": strconv.Itoa(limit)})
		g.flood(t, flood.Flood{Kind: flood.Connections, First: i * records, Records: records, Destinations: flood.MaxDestinations, PerRequest: 100, Workloads: 4, Workload: "w"})
		require.NoError(t, g.Stop())
	}
	g := &gateway{prometheus: p}
	const values = "count(count by (destination_ip) (last_over_time(" + closed + "%s[1h])))"
	for i := range gateways {
		of := g.value(t, fmt.Sprintf(values, fmt.Sprintf("{instance=%q}", fmt.Sprintf("gateway-%d", i))))
		assert.LessOrEqual(t, of, float64(limit+changing(limit)))
	}
	together := g.value(t, fmt.Sprintf(values, ""))
	assert.LessOrEqual(t, together, float64(gateways*(limit+changing(limit))))
	assert.Greater(t, together, float64(limit), "each has a limit of its own")
	assert.InDelta(t, gateways*records, g.value(t, "sum(last_over_time("+closed+"[1h]))"), 0)
}
