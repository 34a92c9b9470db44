// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// Wanted says which records get a name.
type Wanted uint8

const (
	// None gets one.
	None Wanted = iota
	// Outside records are of traffic that left the mesh or was kept from it.
	Outside
	// All records that count get one, if there is one. It is for users who want names of
	// other destinations, or choose the name of a destination themselves.
	All
)

// Options of an Enricher.
type Options struct {
	// Rules are Istio's.
	Rules istio.Options
	// Wanted says which records get a name.
	Wanted Wanted
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

// Enrich adds to a record what is known as of now, in nanoseconds since the Unix
// epoch. It never waits.
func (e *Enricher) Enrich(rec *accesslog.Record, f *istio.Facts, now int64) {
	if !e.wants(rec, f) {
		return
	}
	name, source := e.host(rec, f, now)
	rec.DestinationHost, rec.DestinationHostSource = name, string(source)
}

func (e *Enricher) wants(rec *accesslog.Record, f *istio.Facts) bool {
	switch {
	case e.o.Wanted == None || !f.Verdict.Counted():
		return false
	case e.o.Wanted == All:
		return true
	default:
		return e.o.Rules.IsOutside(rec, f)
	}
}

// host is the best known name and where it comes from; empty if there is none.
func (e *Enricher) host(rec *accesslog.Record, f *istio.Facts, now int64) (string, contract.NameSource) {
	if name, source := e.o.Rules.ClaimedHost(rec, f); name != "" {
		return name, source
	}
	address, err := netip.ParseAddr(istio.DestinationIP(rec))
	if err != nil {
		return "", "" // a network or nothing has no names
	}
	if e.o.Learned != nil {
		if name, source := e.learned(address, rec, f, now); name != "" {
			return name, source
		}
	}
	if e.o.DNS != nil {
		if name, ok := e.o.DNS.Lookup(address, now); ok {
			return name, contract.NameOfReverseDNS
		}
	}
	return "", ""
}

// learned is the name that the record itself proves, or an earlier one.
func (e *Enricher) learned(address netip.Addr, rec *accesslog.Record, f *istio.Facts, now int64) (string, contract.NameSource) {
	if proven := istio.ProvenHost(rec, f); proven.Address.IsValid() {
		return proven.Name, contract.NameProven
	}
	var claimant addressnames.Claimant
	if r := f.Reporter(rec); r.IsKnown() {
		claimant = addressnames.Claimant(r)
	}
	switch name, kind, ok := e.o.Learned.Name(address, claimant, now); {
	case !ok:
		return "", ""
	case kind == addressnames.Proven:
		return name, contract.NameProven
	default:
		return name, contract.NameClaimed
	}
}
