// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Owners are the names that are proven for an address: those that do not rest on the
// word of the client that used them.
type Owners map[netip.Addr][]Owner

// Owner is a name of an address.
type Owner struct {
	Name string
	// By are its witnesses. It is nil if the name is proven to all.
	By egress.Witnesses
}

// OwnersOf are the proven names of addresses, as rows of the ledger tell them. Names of
// entries do not count: an entry may let other hosts through, too.
func OwnersOf(rows []egress.Row) Owners {
	owners := Owners{}
	proofs := egress.NewProofs(rows, func(s egress.NameSource) bool { return s == egress.NameProven })
	for text, names := range proofs {
		a, err := netip.ParseAddr(text)
		if err != nil {
			continue
		}
		for _, p := range names {
			if name, ok := host.Name(p.Name); ok {
				owners[a.Unmap()] = append(owners[a.Unmap()], Owner{name, p.By})
			}
		}
	}
	return owners
}

// AddressOwners are the owners of the address of traffic, as its workload knows them.
type AddressOwners struct {
	owners []Owner
	// convincing is true if one of the owners is proven to the workload.
	convincing bool
}

// Of are the owners of an address. That it is no other host's must be proven to the
// workload: else who owns one name could say so of all.
func (o Owners) Of(a netip.Addr, w *Workload) AddressOwners {
	found := AddressOwners{owners: o[a]}
	for _, owner := range found.owners {
		found.convincing = found.convincing || owner.By == nil || owner.By.Convince(egress.Source{Namespace: w.Namespace, Workload: w.Name})
	}
	return found
}

// Has tells whether the address is known to be that of a host, or known to be that of
// others only.
func (o *AddressOwners) Has(host string) (there, others bool) {
	host = resources.NormalHost(host)
	there = slices.ContainsFunc(o.owners, func(owner Owner) bool { return resources.Covers(host, owner.Name) })
	return there, !there && o.convincing
}
