// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"context"
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// Options of an Enricher.
type Options struct {
	// Rules are Istio's.
	Rules istio.Options
	// Learned and DNS know names of addresses. Either may be nil.
	Learned *addressnames.Names
	DNS     *reversedns.Resolver
}

// Enricher adds to records what it knows of them. It is safe for concurrent use.
type Enricher struct {
	o Options
}

// New returns an enricher.
func New(o Options) *Enricher { return &Enricher{o: o} }

// Start starts to ask DNS.
func (e *Enricher) Start() {
	if e.o.DNS != nil {
		e.o.DNS.Start()
	}
}

// Stop ends what Start started. It returns the context's error if that ends
// first.
func (e *Enricher) Stop(ctx context.Context) error {
	if e.o.DNS == nil {
		return nil
	}
	return e.o.DNS.Stop(ctx)
}

// Enrich adds to a record what is known as of now, in nanoseconds since the Unix
// epoch. It never waits. A name is looked for only if the record gets
// destination_host: one that is asked for in vain costs another its place.
func (e *Enricher) Enrich(rec *accesslog.Record, f *istio.Facts, set *labelset.Set, now int64) {
	if e.o.Learned != nil {
		e.learnProven(rec, f, now)
	}
	if set.HasHost && set.Verdict.Counted() {
		name, source := e.host(rec, f, reporter(set), now)
		rec.DestinationHost, rec.DestinationHostSource = name, string(source)
	}
}

// reporter is the workload that wrote a record. What it claims holds for it alone.
// One that calls itself unknown is nobody.
func reporter(set *labelset.Set) addressnames.Source {
	r := set.Reporter
	if r.Namespace == istio.Unknown || r.Workload == istio.Unknown {
		return addressnames.Source{}
	}
	return addressnames.Source{Namespace: r.Namespace, Workload: r.Workload}
}

// host is the best known name and where it comes from; empty if there is none.
func (e *Enricher) host(rec *accesslog.Record, f *istio.Facts, from addressnames.Source, now int64) (string, contract.NameSource) {
	claim := e.o.Rules.ClaimedHost(rec, f)
	address, err := netip.ParseAddr(istio.DestinationIP(rec))
	if err != nil {
		return claim.Name, claim.Source // a network or nothing has no names
	}
	if claim.Name == "" {
		return e.nameOf(address, from, now)
	}
	if claim.Teaches && e.o.Learned != nil {
		e.o.Learned.Learn(address, from, claim.Name, addressnames.Claimed, now)
	}
	return claim.Name, claim.Source
}

func (e *Enricher) nameOf(address netip.Addr, from addressnames.Source, now int64) (string, contract.NameSource) {
	if e.o.Learned != nil {
		if name, kind, ok := e.o.Learned.Name(address, from, now); ok {
			return name, nameSourceOf(kind)
		}
	}
	if e.o.DNS == nil {
		return "", ""
	}
	if name, ok := e.o.DNS.Lookup(address, now); ok {
		return name, contract.NameOfReverseDNS
	}
	return "", ""
}

func nameSourceOf(k addressnames.Kind) contract.NameSource {
	if k == addressnames.Proven {
		return contract.NameProven
	}
	return contract.NameClaimed
}

// learnProven learns from a record whose address the mesh's own configuration
// names.
func (e *Enricher) learnProven(rec *accesslog.Record, f *istio.Facts, now int64) {
	if name, address, ok := istio.ProvenHost(rec, f); ok {
		e.o.Learned.Learn(address, addressnames.Source{}, name, addressnames.Proven, now)
	}
}
