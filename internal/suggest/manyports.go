// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"cmp"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// maxPorts is the most ports that a workload may use of a destination. An entry with more
// than 256 is refused by the API server. Source: networking/v1alpha3/service_entry.proto of
// istio.io/api. Each is a listener in all proxies of the namespace.
const maxPorts = egress.MaxPorts

// dropManyPorts drops what a workload uses on too many ports: else one that scans a host
// could make the entry of all others invalid. It drops what would take the place of an
// entry of which not all ports are known, too.
func (p *plan) dropManyPorts() {
	type fromTo struct {
		from workload
		to   string
	}
	found, others := map[fromTo]map[uint16]bool{}, map[fromTo]bool{}
	for _, w := range p.wants {
		for _, to := range w.targets() {
			k := fromTo{workloadOf(w.row.Source), to}
			if found[k] == nil {
				found[k] = map[uint16]bool{}
			}
			found[k][w.port] = true
		}
	}
	for _, w := range p.otherPorts {
		for _, to := range w.targets() {
			others[fromTo{workloadOf(w.row.Source), to}] = true
		}
	}
	p.drop(func(w *want) Reason {
		if p.otherPortEntries.have(w) {
			return ManyPorts
		}
		for _, to := range w.targets() {
			if k := (fromTo{workloadOf(w.row.Source), to}); len(found[k]) > maxPorts || others[k] {
				return ManyPorts
			}
		}
		return wanted
	})
}

// targets are what entries for a want are for: a host, a network or addresses.
func (w *want) targets() (all []string) {
	if w.host != "" || w.network != "" {
		return []string{cmp.Or(w.host, w.network)}
	}
	for _, a := range w.addresses {
		all = append(all, a.String())
	}
	return all
}
