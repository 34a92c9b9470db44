// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// plan is what is wanted, and why all else is not.
type plan struct {
	*judge
	wants []want
	// otherPorts are what rows of other ports would want.
	otherPorts       []want
	otherPortEntries otherPortEntries
	// reasons are those of the rows.
	reasons   []Reason
	protocols protocols
}

// drop removes the wants for which there is a reason.
func (p *plan) drop(why func(*want) Reason) {
	p.wants = slices.DeleteFunc(p.wants, func(w want) bool {
		reason := why(&w)
		if reason != wanted {
			p.reasons[w.index] = reason
		}
		return reason != wanted
	})
}

// dropNamedSince drops addresses to which the workload has sent names since, such as
// before and after names were made visible. An entry for the address would let every
// name pass. That does not hold for a Host that is an address.
func (p *plan) dropNamedSince() {
	named := uses{}
	for _, w := range p.wants {
		if w.host != "" {
			for _, a := range w.row.Addresses {
				named.note(workloadOf(w.row.Source), w.port, a, w.row.LastSeen.UnixNano())
			}
		}
	}
	p.drop(func(w *want) Reason {
		for _, a := range w.row.Addresses {
			if w.host != "" || w.isLiteral() || !named.since(workloadOf(w.row.Source), w.port, a, w.row.LastSeen.UnixNano()) {
				return wanted
			}
		}
		if len(w.row.Addresses) == 0 {
			return wanted
		}
		return NamedSince
	})
}

// dropManyAddresses drops the addresses of workloads that contact too many on a port.
func (p *plan) dropManyAddresses() {
	type fromPort struct {
		from workload
		port uint16
	}
	found := map[fromPort]map[netip.Addr]bool{}
	for _, w := range p.wants {
		k := fromPort{workloadOf(w.row.Source), w.port}
		for _, a := range w.addressesWithoutNetwork() {
			if found[k] == nil {
				found[k] = map[netip.Addr]bool{}
			}
			found[k][a] = true
		}
	}
	p.drop(func(w *want) Reason {
		if len(w.addressesWithoutNetwork()) > 0 && len(found[fromPort{workloadOf(w.row.Source), w.port}]) > p.MaxAddresses {
			return ManyAddresses
		}
		return wanted
	})
}

// addressesWithoutNetwork are those that an entry would list one by one.
func (w *want) addressesWithoutNetwork() []netip.Addr {
	if w.network != "" {
		return nil
	}
	return w.addresses
}

// settleProtocols gives each place one protocol, and drops what cannot pass with it.
func (p *plan) settleProtocols(rows []egress.Row) {
	for i := range p.wants {
		if w := &p.wants[i]; w.host != "" {
			p.protocols.note(w.row, false)
		}
	}
	for i := range rows {
		if r := &rows[i]; p.reasons[i] == AlreadyAllowed && isAllowed(r) && r.Traffic != egress.TCP {
			p.protocols.note(r, true)
		}
	}
	for i := range p.wants {
		if w := &p.wants[i]; !p.protocols.settle(w) {
			p.reasons[w.index] = TwoProtocols
		}
	}
	p.drop(func(w *want) Reason { return p.reasons[w.index] })
}
