// SPDX-License-Identifier: Apache-2.0

package learn

import (
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// Learner learns names of addresses. Its fields may be nil. It is safe for concurrent
// use.
type Learner struct {
	// Names takes what records say.
	Names *addressnames.Names
	// DNS is asked about addresses without a name.
	DNS *reversedns.Resolver
}

// Learn learns from a record with this label set, as of now, in nanoseconds since the
// Unix epoch. proven is what istio.ProvenHost says of the record. It never waits.
func (l *Learner) Learn(rec *accesslog.Record, f *istio.Facts, proven istio.Proven, set *labelset.Set, now int64) {
	if l.Names != nil && proven.Address.IsValid() {
		l.Names.Learn(proven.Address, addressnames.Claimant{}, proven.Name, addressnames.Proven, now)
	}
	if !set.HasHost || !set.Verdict.Counted() {
		return
	}
	switch contract.NameSource(rec.DestinationHostSource) {
	case contract.NameOfServer, contract.NameOfHost:
		l.claimed(rec, f, set.Reporter, now)
	case "", contract.NameOfReverseDNS:
		l.ask(rec, now)
	}
}

// claimed learns what a client says, for that client alone.
func (l *Learner) claimed(rec *accesslog.Record, f *istio.Facts, from istio.Reporter, now int64) {
	if l.Names == nil || !f.IsClient() || !from.IsKnown() {
		return
	}
	if address, err := netip.ParseAddr(istio.DestinationIP(rec)); err == nil {
		l.Names.Learn(address, addressnames.Claimant(from), rec.DestinationHost, addressnames.Claimed, now)
	}
}

// ask asks DNS, also where it is DNS that knows the name: that of an address changes.
func (l *Learner) ask(rec *accesslog.Record, now int64) {
	if l.DNS == nil {
		return
	}
	if address, err := netip.ParseAddr(istio.DestinationIP(rec)); err == nil {
		l.DNS.Ask(address, now)
	}
}
