// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns/dnstest"
)

type values map[accesslog.Op]string

// connection is a connection of a workload to the outside.
func connection(more values) *accesslog.Record {
	rec := new(accesslog.Record)
	for _, vs := range []values{{
		accesslog.UpstreamCluster: "PassthroughCluster", accesslog.UpstreamHost: "203.0.113.10:443", accesslog.DownstreamLocalAddress: "203.0.113.10:443",
		accesslog.ListenerDirection: "2", accesslog.NodeWorkload: "sleep", accesslog.NodeNamespace: "default", accesslog.Duration: "1",
	}, more} {
		for op, v := range vs {
			rec.Set(op, v)
		}
	}
	return rec
}

func request(more values) *accesslog.Record {
	rec := connection(values{accesslog.Protocol: "HTTP/1.1", accesslog.Method: "GET", accesslog.ResponseCode: "200", accesslog.RouteName: "allow_any"})
	for op, v := range more {
		rec.Set(op, v)
	}
	return rec
}

var (
	outside = Options{
		Rules: istio.Options{Schema: contract.SchemaIstio, HostHeaderFallback: istio.FallbackOutbound, BlockedWithoutCluster: istio.BlackHoleCluster},
	}
	maker = labelset.Maker{Schema: contract.SchemaIstio, HostDestinations: contract.OutsideDestinations}
)

// setOf is the label set of a record.
func setOf(rec *accesslog.Record, f *istio.Facts) *labelset.Set {
	d := outside.Rules.Derive(rec, f)
	return maker.New(labelset.Values{Labels: d.Labels, Verdict: d.Verdict, Protocol: f.Protocol(), Claims: d.Claims, Reporter: d.Reporter})
}

func learning(o Options) *Enricher {
	o.Learned = addressnames.New(addressnames.Options{MaxProven: 10, MaxClaimed: 10, MaxPerSource: 10, TTL: time.Hour})
	return New(o)
}

func (e *Enricher) hostOf(rec *accesslog.Record, now int64) string {
	f := new(istio.Options).Classify(rec)
	e.Enrich(rec, &f, setOf(rec, &f), now)
	return rec.DestinationHost
}

func TestNameInTheRecord(t *testing.T) {
	for name, tc := range map[string]struct {
		rec  *accesslog.Record
		want string
	}{
		"server name":      {connection(values{accesslog.RequestedServerName: "API.example.com"}), "api.example.com"},
		"Host header":      {request(values{accesslog.Authority: "e3.example:80"}), "e3.example"},
		"server name wins": {request(values{accesslog.Authority: "e3.example", accesslog.RequestedServerName: "api.example.com"}), "api.example.com"},
		"none":             {connection(nil), ""},
		"an address":       {request(values{accesslog.Authority: "203.0.113.10"}), ""},
		"a service":        {request(values{accesslog.Authority: "b.a", accesslog.RouteName: "default", accesslog.UpstreamCluster: "outbound|80||b.a.svc.cluster.local"}), ""},
		"not counted":      {connection(values{accesslog.RequestedServerName: "api.example.com", accesslog.Duration: "-"}), ""},
		"no address":       {connection(values{accesslog.RequestedServerName: "api.example.com", accesslog.UpstreamHost: "-", accesslog.DownstreamLocalAddress: "-"}), "api.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, learning(outside).hostOf(tc.rec, 0))
			assert.Equal(t, tc.want, New(outside).hostOf(tc.rec, 0), "with nothing to learn in")
		})
	}
}

func TestClaimedNamesHoldForTheirWorkload(t *testing.T) {
	e := learning(outside)
	e.hostOf(connection(values{accesslog.RequestedServerName: "api.example.com"}), 0)
	assert.Equal(t, "api.example.com", e.hostOf(connection(nil), 1))
	assert.Empty(t, e.hostOf(connection(values{accesslog.NodeWorkload: "other"}), 1))
	assert.Empty(t, e.hostOf(connection(values{accesslog.UpstreamHost: "203.0.113.11:443"}), 1))
	assert.Empty(t, e.hostOf(connection(nil), int64(2*time.Hour)))
	for _, nobody := range []string{"", istio.Unknown} {
		e.hostOf(connection(values{accesslog.NodeWorkload: nobody, accesslog.RequestedServerName: "evil.example.com"}), 2)
		assert.Empty(t, e.hostOf(connection(values{accesslog.NodeWorkload: nobody}), 3))
	}
}

// A service of the mesh's configuration names its address for everybody, whether
// or not its own records get the label.
func TestProvenNamesHoldForAll(t *testing.T) {
	e := learning(outside)
	assert.Empty(t, e.hostOf(connection(values{accesslog.UpstreamCluster: "outbound|443||api.example.com", accesslog.DownstreamLocalAddress: "240.240.0.1:443"}), 0))
	assert.Equal(t, "api.example.com", e.hostOf(connection(values{accesslog.NodeWorkload: "other"}), 1))
}

// A record that does not get the label teaches what the mesh's configuration says,
// and no more.
func TestRecordWithoutTheLabel(t *testing.T) {
	claim := func() *accesslog.Record { return connection(values{accesslog.RequestedServerName: "api.example.com"}) }
	e := learning(outside)
	for name, without := range map[string]func(*labelset.Set){
		"label":  func(s *labelset.Set) { s.HasHost = false },
		"metric": func(s *labelset.Set) { s.Verdict = contract.VerdictPeriodic },
	} {
		rec := claim()
		f := outside.Rules.Classify(rec)
		set := setOf(rec, &f)
		without(set)
		e.Enrich(rec, &f, set, 0)
		assert.Empty(t, rec.DestinationHost, name)
	}
	assert.Empty(t, e.hostOf(connection(nil), 1))
	assert.Equal(t, "api.example.com", e.hostOf(claim(), 2))
	assert.Equal(t, "api.example.com", e.hostOf(connection(nil), 3))
}

func TestDNSComesLast(t *testing.T) {
	server := dnstest.Start(t)
	server.Add(netip.MustParseAddr("203.0.113.10"), "ptr.example.com")
	o := outside
	o.DNS = reversedns.New(reversedns.Options{
		Server: server.Addr(), Workers: 1, Queue: 10, MaxEntries: 10, Timeout: time.Minute, PositiveTTL: time.Hour, NegativeTTL: time.Hour,
	})
	e := learning(o)
	e.Start()
	t.Cleanup(func() { assert.NoError(t, e.Stop(context.WithoutCancel(t.Context()))) })
	assert.Empty(t, e.hostOf(connection(nil), 0), "it never waits")
	require.Eventually(t, func() bool { return e.hostOf(connection(nil), 1) == "ptr.example.com" }, time.Minute, time.Millisecond)
	assert.Equal(t, "api.example.com", e.hostOf(connection(values{accesslog.RequestedServerName: "api.example.com"}), 2))
	assert.Equal(t, "api.example.com", e.hostOf(connection(nil), 3), "learned before DNS")
	assert.Len(t, server.Questions(), 2, "the address, and its name back")
}

func TestStopWithoutDNS(t *testing.T) {
	e := New(Options{})
	e.Start()
	assert.NoError(t, e.Stop(t.Context()))
}

func TestNoAllocations(t *testing.T) {
	e := learning(outside)
	for name, rec := range map[string]*accesslog.Record{
		"claimed": connection(values{accesslog.RequestedServerName: "api.example.com"}),
		"learned": connection(nil),
		"sender":  connection(values{accesslog.NodeWorkload: "-", accesslog.NodeID: "sidecar~10.0.0.8~sleep-847f64cc8d-rsfmj.default~x"}),
		"nobody":  connection(values{accesslog.NodeWorkload: "-", accesslog.NodeNamespace: "-"}),
		"service": request(values{accesslog.RouteName: "default", accesslog.UpstreamCluster: "outbound|80||b.a.svc.cluster.local"}),
	} {
		f := new(istio.Options).Classify(rec)
		set := setOf(rec, &f)
		assert.Zero(t, testing.AllocsPerRun(100, func() { e.Enrich(rec, &f, set, 0) }), name)
	}
}
