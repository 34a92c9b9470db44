// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// hostKey tells the hosts of a registry apart.
type hostKey struct{ host, namespace string }

func (s *service) key() hostKey { return hostKey{s.host, s.namespace()} }

// addSiblings gives each service without endpoints those entries whose endpoints are its
// own, too: Istio keeps endpoints by host and namespace.
func (r registry) addSiblings() {
	with := map[hostKey][]*resources.ServiceEntry{}
	for _, s := range r {
		k := s.key()
		if s.entry.Spec.Resolution != resources.None && !slices.Contains(with[k], s.entry) {
			with[k] = append(with[k], s.entry)
		}
	}
	for _, s := range r {
		if s.entry.Spec.Resolution == resources.None {
			s.siblings = with[s.key()]
		}
	}
}

// endpoints are the addresses of the siblings' endpoints for a port: the zero Addr stands
// for one that is a host.
func (s *service) endpoints(port uint16) []netip.Addr {
	var addresses []netip.Addr
	for _, e := range s.siblings {
		if !slices.ContainsFunc(e.Spec.Ports, func(p resources.Port) bool { return uint16(p.Number) == port }) {
			continue
		}
		for _, endpoint := range e.Spec.Endpoints {
			a, _ := netip.ParseAddr(endpoint.Address)
			addresses = append(addresses, a.Unmap())
		}
		if len(e.Spec.Endpoints) == 0 && e.Spec.Resolution != resources.Static {
			addresses = append(addresses, netip.Addr{})
		}
	}
	return addresses
}
