package enrich

import (
	"context"
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// Options of Sources.
type Options struct {
	// Rules are Istio's.
	Rules istio.Options
	// Destinations are the values of destination_service_name whose hosts are
	// wanted. If it is empty no host is, and nothing is learned.
	Destinations []string
	// AnyDestination is set where destination_service_name cannot be told yet:
	// then the host of each record is wanted.
	AnyDestination bool
	// Learned and DNS know names of addresses. Either may be nil.
	Learned *addressnames.Names
	DNS     *reversedns.Resolver
}

// Sources are what all enrichers share. They are safe for concurrent use.
type Sources struct {
	o Options
	// outsideOnly is set if all Destinations are outside of the mesh, which is
	// cheaper to tell than the name of a service.
	outsideOnly bool
}

// New returns Sources.
func New(o Options) *Sources {
	inside := func(name string) bool { return !contract.IsOutside(name) }
	return &Sources{o: o, outsideOnly: !slices.ContainsFunc(o.Destinations, inside)}
}

// Start starts to ask DNS.
func (s *Sources) Start() {
	if s.o.DNS != nil {
		s.o.DNS.Start()
	}
}

// Stop ends what Start started. It returns the context's error if that ends
// first.
func (s *Sources) Stop(ctx context.Context) error {
	if s.o.DNS == nil {
		return nil
	}
	return s.o.DNS.Stop(ctx)
}

// Enricher adds to records what the sources know. It is not safe for concurrent
// use.
type Enricher struct {
	*Sources
	reporters reporters
}

// NewEnricher returns an enricher.
func (s *Sources) NewEnricher() *Enricher { return &Enricher{Sources: s} }

// Enrich adds to a record what is known as of now, in nanoseconds since the Unix
// epoch. It never waits.
func (e *Enricher) Enrich(rec *accesslog.Record, f istio.Facts, now int64) {
	if len(e.o.Destinations) == 0 {
		return
	}
	e.learnProven(rec, f, now)
	if f.Verdict.Counted() && e.wantsHost(rec, f) {
		name, source := e.host(rec, f, now)
		rec.DestinationHost, rec.DestinationHostSource = name, string(source)
	}
}

// wantsHost tells whether the record gets destination_host. Names that are asked
// for in vain cost others their place.
func (e *Enricher) wantsHost(rec *accesslog.Record, f istio.Facts) bool {
	if !labelset.HasAddresses(e.o.Rules.Schema, f.Protocol()) {
		return false
	}
	if e.o.AnyDestination {
		return true
	}
	name, outside := e.o.Rules.Outside(rec, f)
	if !outside {
		if e.outsideOnly {
			return false
		}
		name = e.o.Rules.ServiceName(rec, f)
	}
	return slices.Contains(e.o.Destinations, name)
}

// host is the best known name and where it comes from; empty if there is none.
func (e *Enricher) host(rec *accesslog.Record, f istio.Facts, now int64) (string, contract.NameSource) {
	claim := e.o.Rules.ClaimedHost(rec, f)
	address, err := netip.ParseAddr(istio.DestinationIP(rec))
	if err != nil {
		return claim.Name, claim.Source // a network or nothing has no names
	}
	if claim.Name == "" {
		return e.nameOf(address, rec, f, now)
	}
	if claim.Teaches && e.o.Learned != nil {
		e.o.Learned.Learn(address, e.reporters.of(rec, f), claim.Name, addressnames.Claimed, now)
	}
	return claim.Name, claim.Source
}

func (e *Enricher) nameOf(address netip.Addr, rec *accesslog.Record, f istio.Facts, now int64) (string, contract.NameSource) {
	if e.o.Learned != nil {
		if name, from, ok := e.o.Learned.Name(address, e.reporters.of(rec, f), now); ok {
			return name, nameSourceOf(from)
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
func (e *Enricher) learnProven(rec *accesslog.Record, f istio.Facts, now int64) {
	if e.o.Learned == nil {
		return
	}
	if name, address, ok := istio.ProvenHost(rec, f); ok {
		e.o.Learned.Learn(address, addressnames.Source{}, name, addressnames.Proven, now)
	}
}
