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

var outside = Options{
	Rules:  istio.Options{Schema: contract.SchemaIstio, HostHeaderFallback: istio.FallbackOutbound, BlockedWithoutCluster: istio.BlackHoleCluster},
	Wanted: Outside,
}

var (
	there = netip.MustParseAddr("203.0.113.10")
	sleep = addressnames.Claimant{Namespace: "default", Workload: "sleep"}
)

func learning(o Options) *Enricher {
	o.Learned = addressnames.New(addressnames.Options{MaxProven: 10, MaxClaimed: 10, MaxPerClaimant: 10, TTL: time.Hour})
	return New(o)
}

// found is what is found for a record.
type found struct {
	name   string
	source contract.NameSource
}

func (e *Enricher) find(rec *accesslog.Record, now int64) found {
	f := e.o.Rules.Classify(rec)
	e.Enrich(rec, &f, now)
	return found{rec.DestinationHost, contract.NameSource(rec.DestinationHostSource)}
}

func TestNameInTheRecord(t *testing.T) {
	api := found{"api.example.com", contract.NameOfServer}
	for name, tc := range map[string]struct {
		rec  *accesslog.Record
		want found
	}{
		"server name":      {connection(values{accesslog.RequestedServerName: "API.example.com"}), api},
		"Host header":      {request(values{accesslog.Authority: "e3.example:80"}), found{"e3.example", contract.NameOfHost}},
		"server name wins": {request(values{accesslog.Authority: "e3.example", accesslog.RequestedServerName: "api.example.com"}), api},
		"none":             {connection(nil), found{}},
		"an address":       {request(values{accesslog.Authority: "203.0.113.10"}), found{}},
		"a service":        {request(values{accesslog.Authority: "b.a", accesslog.RouteName: "default", accesslog.UpstreamCluster: "outbound|80||b.a.svc.cluster.local"}), found{}},
		"a ServiceEntry":   {request(values{accesslog.Authority: "e3.example", accesslog.RouteName: "default", accesslog.UpstreamCluster: "outbound|80||e3.example"}), found{}},
		"not counted":      {connection(values{accesslog.RequestedServerName: "api.example.com", accesslog.Duration: "-"}), found{}},
		"no address":       {connection(values{accesslog.RequestedServerName: "api.example.com", accesslog.UpstreamHost: "-", accesslog.DownstreamLocalAddress: "-"}), api},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, learning(outside).find(tc.rec, 0))
			assert.Equal(t, tc.want, New(outside).find(tc.rec, 0), "with nothing to learn in")
		})
	}
}

// Users may want names of other destinations, too.
func TestWanted(t *testing.T) {
	toEntry := func() *accesslog.Record {
		return connection(values{accesslog.RequestedServerName: "sni.example", accesslog.UpstreamCluster: "outbound|443||api.example.com", accesslog.DownstreamLocalAddress: "240.240.0.1:443"})
	}
	o := outside
	assert.Equal(t, found{}, learning(o).find(toEntry(), 0))
	o.Wanted = All
	assert.Equal(t, found{"sni.example", contract.NameOfServer}, learning(o).find(toEntry(), 0))
	rec := toEntry()
	rec.Unset(accesslog.RequestedServerName)
	assert.Equal(t, found{"api.example.com", contract.NameProven}, learning(o).find(rec, 0), "the record itself proves it")
	assert.Equal(t, found{}, New(o).find(rec, 0), "with nothing to learn in")
	o.Wanted = None
	assert.Equal(t, found{}, learning(o).find(connection(values{accesslog.RequestedServerName: "sni.example"}), 0))
}

func TestClaimedNamesHoldForTheirWorkload(t *testing.T) {
	e := learning(outside)
	for _, claimant := range []addressnames.Claimant{sleep, {Namespace: "default", Workload: istio.Unknown}} {
		e.o.Learned.Learn(there, claimant, "api.example.com", addressnames.Claimed, 0)
	}
	assert.Equal(t, found{"api.example.com", contract.NameClaimed}, e.find(connection(nil), 1))
	assert.Equal(t, found{"api.example.com", contract.NameClaimed}, e.find(connection(values{
		accesslog.NodeWorkload: "-", accesslog.NodeNamespace: "-", accesslog.NodeID: "sidecar~10.0.0.8~sleep-847f64cc8d-rsfmj.default~x",
	}), 1))
	for name, other := range map[string]values{
		"another workload": {accesslog.NodeWorkload: "other"},
		"nobody":           {accesslog.NodeWorkload: "-"},
		"unknown":          {accesslog.NodeWorkload: istio.Unknown},
		"another address":  {accesslog.UpstreamHost: "203.0.113.11:443"},
	} {
		assert.Equal(t, found{}, e.find(connection(other), 1), name)
	}
	assert.Equal(t, found{}, e.find(connection(nil), int64(2*time.Hour)))
}

func TestProvenNamesHoldForAll(t *testing.T) {
	e := learning(outside)
	e.o.Learned.Learn(there, addressnames.Claimant{}, "api.example.com", addressnames.Proven, 0)
	e.o.Learned.Learn(there, sleep, "claimed.example", addressnames.Claimed, 0)
	assert.Equal(t, found{"api.example.com", contract.NameProven}, e.find(connection(nil), 1))
	assert.Equal(t, found{"api.example.com", contract.NameProven}, e.find(connection(values{accesslog.NodeWorkload: "-"}), 1))
}

func TestDNSComesLast(t *testing.T) {
	server := dnstest.Start(t)
	server.Add(there, "ptr.example.com")
	o := outside
	o.DNS = reversedns.New(reversedns.Options{
		Server: server.Addr(), Workers: 1, Queue: 10, MaxEntries: 10, Timeout: time.Minute, PositiveTTL: time.Hour, NegativeTTL: time.Hour,
	})
	o.DNS.Start()
	t.Cleanup(func() { assert.NoError(t, o.DNS.Stop(context.WithoutCancel(t.Context()))) })
	e := learning(o)
	assert.Equal(t, found{}, e.find(connection(nil), 0))
	assert.Equal(t, reversedns.Stats{}, o.DNS.Stats(), "to enrich a record asks nothing")
	o.DNS.Ask(there, 0)
	require.Eventually(t, func() bool { return e.find(connection(nil), 1) == found{"ptr.example.com", contract.NameOfReverseDNS} }, time.Minute, time.Millisecond)
	assert.Equal(t, found{"api.example.com", contract.NameOfServer}, e.find(connection(values{accesslog.RequestedServerName: "api.example.com"}), 2))
	e.o.Learned.Learn(there, sleep, "api.example.com", addressnames.Claimed, 2)
	assert.Equal(t, found{"api.example.com", contract.NameClaimed}, e.find(connection(nil), 3), "learned before DNS")
}

func TestNoAllocations(t *testing.T) {
	e := learning(outside)
	e.o.Learned.Learn(there, sleep, "api.example.com", addressnames.Claimed, 0)
	for name, rec := range map[string]*accesslog.Record{
		"claimed": connection(values{accesslog.RequestedServerName: "api.example.com"}),
		"learned": connection(nil),
		"sender":  connection(values{accesslog.NodeWorkload: "-", accesslog.NodeID: "sidecar~10.0.0.8~sleep-847f64cc8d-rsfmj.default~x"}),
		"nobody":  connection(values{accesslog.NodeWorkload: "-", accesslog.NodeNamespace: "-"}),
		"service": request(values{accesslog.RouteName: "default", accesslog.UpstreamCluster: "outbound|80||b.a.svc.cluster.local"}),
	} {
		f := e.o.Rules.Classify(rec)
		assert.Zero(t, testing.AllocsPerRun(100, func() { e.Enrich(rec, &f, 0) }), name)
	}
}
