// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// ProvenNames are the names that are proven for an address: those that do not rest on the
// word of the client that used them. A name without witnesses (By is nil) is proven to all
// workloads.
type ProvenNames map[netip.Addr][]egress.Proof

// ProvenNamesOf are the proven names of addresses, as rows of the ledger tell them. Names
// of entries do not count: an entry may let other hosts through, too.
func ProvenNamesOf(rows []egress.Row) ProvenNames {
	names := ProvenNames{}
	proofs := egress.NewProofs(rows, func(s egress.NameSource) bool { return s == egress.NameProven })
	for text, found := range proofs {
		a, err := netip.ParseAddr(text)
		if err != nil {
			continue
		}
		for _, p := range found {
			if name, ok := host.Name(p.Name); ok {
				names[a.Unmap()] = append(names[a.Unmap()], egress.Proof{Name: name, By: p.By})
			}
		}
	}
	return names
}

// NamesAt are the proven names of one address, as a workload knows them.
type NamesAt struct {
	names []egress.Proof
	// convincing is true if one of the names is proven to the workload.
	convincing bool
}

// At are the names of an address. That it is no other host's must be proven to the
// workload: else who owns one name could say so of all.
func (n ProvenNames) At(a netip.Addr, w *Workload) NamesAt {
	found := NamesAt{names: n[a]}
	for _, p := range found.names {
		found.convincing = found.convincing || p.By == nil || p.By.Convince(egress.Source{Namespace: w.Namespace, Workload: w.Name})
	}
	return found
}

// Has tells whether the address is known to be that of a host, or known to be that of
// others only.
func (n *NamesAt) Has(host string) (there, others bool) {
	host = resources.NormalHost(host)
	there = slices.ContainsFunc(n.names, func(p egress.Proof) bool { return resources.Covers(host, p.Name) })
	return there, !there && n.convincing
}
