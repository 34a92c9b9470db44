// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// workload says who a workload is.
type workload struct{ namespace, name string }

func workloadOf(s egress.Source) workload { return workload{s.Namespace, s.Workload} }

// claimants are the workloads that claim something.
type claimants struct {
	first workload
	more  bool
}

func (c claimants) and(w workload, known bool) claimants {
	if !known {
		return claimants{first: w}
	}
	return claimants{c.first, c.more || c.first != w}
}

// nameAt is a name at an address.
type nameAt struct{ name, address string }

// claims know which names only one workload claims. Nobody else claims a forged name, as
// long as its author has one workload only.
type claims struct {
	byName map[string]claimants
	// addresses counts those of a name.
	addresses map[string]int
	// more has the names with addresses that no row has kept.
	more   map[string]bool
	byPair map[nameAt]claimants
	// names counts those that one workload alone claims for an address.
	names map[claimedAt]int
}

// claimedAt is an address, and a workload that claims names for it.
type claimedAt struct {
	workload workload
	address  string
}

func newClaims(rows []egress.Row) *claims {
	c := &claims{
		byName: map[string]claimants{}, addresses: map[string]int{}, more: map[string]bool{},
		byPair: map[nameAt]claimants{}, names: map[claimedAt]int{},
	}
	for i := range rows {
		c.add(&rows[i])
	}
	for pair, by := range c.byPair {
		c.addresses[pair.name]++
		if !by.more {
			c.names[claimedAt{by.first, pair.address}]++
		}
	}
	return c
}

func (c *claims) add(r *egress.Row) {
	if r.NameSource.Grade() != egress.Claimed {
		return
	}
	w, name := workloadOf(r.Source), normal(r.Destination)
	known, ok := c.byName[name]
	c.byName[name] = known.and(w, ok)
	c.more[name] = c.more[name] || r.MoreAddresses
	for _, a := range r.Addresses {
		known, ok := c.byPair[nameAt{name, a}]
		c.byPair[nameAt{name, a}] = known.and(w, ok)
	}
}

// claimedByOthers tells whether other workloads claim the name for each address of a row, too.
// Then an address may have two names: who owns the proven one may have chosen the address.
func (c *claims) claimedByOthers(r *egress.Row) bool {
	name := normal(r.Destination)
	return !slices.ContainsFunc(r.Addresses, func(a string) bool { return !c.byPair[nameAt{name, a}].more })
}

// judge tells whether a name that a client claims may be forged.
func (c *claims) judge(r *egress.Row, s *Settings) Reason {
	name := normal(r.Destination)
	if !c.byName[name].more && (c.more[name] || c.addresses[name] > s.MaxAddresses) {
		return NameManyPlaces
	}
	for _, a := range r.Addresses {
		by := c.byPair[nameAt{name, a}]
		if !by.more && c.names[claimedAt{by.first, a}] > s.MaxNames {
			return ManyNames
		}
	}
	return wanted
}
