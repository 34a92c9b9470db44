// SPDX-License-Identifier: Apache-2.0

package learn

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

type values map[accesslog.Op]string

var (
	rules = istio.Options{Schema: contract.SchemaIstio, HostHeaderFallback: istio.FallbackOutbound, BlockedWithoutCluster: istio.BlackHoleCluster}
	there = netip.MustParseAddr("203.0.113.10")
	sleep = addressnames.Claimant{Namespace: "default", Workload: "sleep"}
)

// connection is a connection of a workload to the outside, with the name that was found
// for it.
func connection(name string, source contract.NameSource, more values) *accesslog.Record {
	rec := new(accesslog.Record)
	for _, vs := range []values{{
		accesslog.UpstreamCluster: "PassthroughCluster", accesslog.UpstreamHost: "203.0.113.10:443", accesslog.DownstreamLocalAddress: "203.0.113.10:443",
		accesslog.ListenerDirection: "2", accesslog.NodeWorkload: "sleep", accesslog.NodeNamespace: "default", accesslog.Duration: "1",
	}, more} {
		for op, v := range vs {
			rec.Set(op, v)
		}
	}
	rec.DestinationHost, rec.DestinationHostSource = name, string(source)
	return rec
}

func claim(more values) *accesslog.Record {
	return connection("api.example.com", contract.NameOfServer, more)
}

func newLearner(t *testing.T) *Learner {
	t.Helper()
	l := &Learner{
		Names: addressnames.New(addressnames.Options{MaxProven: 10, MaxClaimed: 10, MaxPerClaimant: 10, TTL: time.Hour}),
		DNS:   reversedns.New(reversedns.Options{Queue: 10, MaxEntries: 10}),
	}
	t.Cleanup(func() { assert.NoError(t, l.DNS.Stop(context.WithoutCancel(t.Context()))) })
	return l
}

// learn learns from a record whose label set is changed.
func (l *Learner) learn(rec *accesslog.Record, change func(*labelset.Set)) {
	maker := labelset.Maker{Schema: contract.SchemaIstio, HostDestinations: contract.OutsideDestinations}
	f := rules.Classify(rec)
	d := rules.Derive(rec, &f)
	set := maker.New(labelset.Values{Labels: d.Labels, Verdict: d.Verdict, Protocol: f.Protocol(), Claims: d.Claims, Reporter: d.Reporter})
	if change != nil {
		change(set)
	}
	l.Learn(rec, &f, istio.ProvenHost(rec, &f), set, 0)
}

func TestClaims(t *testing.T) {
	for name, tc := range map[string]struct {
		rec  *accesslog.Record
		want addressnames.Stats
	}{
		"server name":   {claim(nil), addressnames.Stats{Claimed: 1, Claimants: 1}},
		"Host header":   {connection("api.example.com", contract.NameOfHost, nil), addressnames.Stats{Claimed: 1, Claimants: 1}},
		"learned":       {connection("api.example.com", contract.NameClaimed, nil), addressnames.Stats{}},
		"proven":        {connection("api.example.com", contract.NameProven, nil), addressnames.Stats{}},
		"DNS":           {connection("api.example.com", contract.NameOfReverseDNS, nil), addressnames.Stats{}},
		"none":          {connection("", "", nil), addressnames.Stats{}},
		"of a gateway":  {claim(values{accesslog.NodeID: "router~10.0.0.8~gateway-847f64cc8d-rsfmj.default~x"}), addressnames.Stats{}},
		"of nobody":     {claim(values{accesslog.NodeWorkload: "-"}), addressnames.Stats{}},
		"of unknown":    {claim(values{accesslog.NodeWorkload: istio.Unknown}), addressnames.Stats{}},
		"of no address": {claim(values{accesslog.UpstreamHost: "-", accesslog.DownstreamLocalAddress: "-"}), addressnames.Stats{}},
		"of a net":      {claim(values{accesslog.UpstreamHost: "203.0.113.0/24"}), addressnames.Stats{}},
		"not counted":   {claim(values{accesslog.Duration: "-"}), addressnames.Stats{}},
		"of a ServiceEntry": {
			claim(values{accesslog.UpstreamCluster: "outbound|443||api.example.com", accesslog.DownstreamLocalAddress: "240.240.0.1:443"}),
			addressnames.Stats{Proven: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLearner(t)
			l.learn(tc.rec, nil)
			assert.Equal(t, tc.want, l.Names.Stats())
		})
	}
	l := newLearner(t)
	l.learn(claim(nil), nil)
	name, kind, _ := l.Names.Name(there, sleep, 1)
	assert.Equal(t, "api.example.com", name)
	assert.Equal(t, addressnames.Claimed, kind)
}

// A record that does not get the label teaches what the mesh's configuration says,
// and no more.
func TestRecordWithoutTheLabel(t *testing.T) {
	for name, change := range map[string]func(*labelset.Set){
		"label":  func(s *labelset.Set) { s.HasHost = false },
		"metric": func(s *labelset.Set) { s.Verdict = contract.VerdictPeriodic },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLearner(t)
			l.learn(claim(nil), change)
			l.learn(connection("", "", nil), change)
			assert.Equal(t, addressnames.Stats{}, l.Names.Stats())
			assert.Equal(t, reversedns.Stats{}, l.DNS.Stats())
			l.learn(claim(values{accesslog.UpstreamCluster: "outbound|443||api.example.com", accesslog.DownstreamLocalAddress: "240.240.0.1:443"}), change)
			assert.Equal(t, addressnames.Stats{Proven: 1}, l.Names.Stats())
		})
	}
}

// DNS is asked about what nothing else names, and again about what it named.
func TestDNSIsAsked(t *testing.T) {
	for source, asked := range map[contract.NameSource]int{
		"": 1, contract.NameOfReverseDNS: 1,
		contract.NameOfServer: 0, contract.NameOfHost: 0, contract.NameProven: 0, contract.NameClaimed: 0,
	} {
		l := newLearner(t)
		l.learn(connection("", source, nil), nil)
		assert.Equal(t, asked, l.DNS.Stats().Queued, source)
	}
	l := newLearner(t)
	l.learn(connection("", "", values{accesslog.UpstreamHost: "203.0.113.0/24"}), nil)
	assert.Zero(t, l.DNS.Stats().Queued)
}

func TestNothingToLearnIn(t *testing.T) {
	for _, rec := range []*accesslog.Record{claim(nil), connection("", "", nil)} {
		assert.NotPanics(t, func() { new(Learner).learn(rec, nil) })
	}
}

func TestNoAllocations(t *testing.T) {
	l := newLearner(t)
	maker := labelset.Maker{Schema: contract.SchemaIstio, HostDestinations: contract.OutsideDestinations}
	for name, rec := range map[string]*accesslog.Record{
		"claim": claim(nil),
		"none":  connection("", "", nil),
		"entry": claim(values{accesslog.UpstreamCluster: "outbound|443||api.example.com", accesslog.DownstreamLocalAddress: "240.240.0.1:443"}),
	} {
		f := rules.Classify(rec)
		d := rules.Derive(rec, &f)
		set := maker.New(labelset.Values{Labels: d.Labels, Verdict: d.Verdict, Protocol: f.Protocol(), Reporter: d.Reporter})
		assert.Zero(t, testing.AllocsPerRun(100, func() { l.Learn(rec, &f, istio.ProvenHost(rec, &f), set, 0) }), name)
	}
}
