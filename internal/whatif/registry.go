// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// service is one host of an entry at one of its addresses, as istiod's registry has it.
type service struct {
	entry *resources.ServiceEntry
	host  string
	// network is the address of the entry as a prefix, the zero Prefix if it has none.
	network netip.Prefix
	ports   []servicePort
	// reach is where it can be seen.
	reach resources.Reach
	// siblings are entries with the same host in the same namespace that have endpoints.
	siblings []*resources.ServiceEntry
	// unsure is true if only one of the addresses of the entry counts, and Istio does not
	// say which.
	unsure bool
}

type servicePort struct {
	name   string
	number uint16
	// target is the port at the endpoints, 0 if it is the same one.
	target   uint16
	protocol protocol
}

// single tells whether the service has one address, which gets a listener of its own.
func (s *service) single() bool { return s.network.IsSingleIP() }

// address is the one that gets a listener of its own, the zero Addr for all addresses.
func (s *service) address() netip.Addr {
	if !s.single() {
		return netip.Addr{}
	}
	return s.network.Addr()
}

func (s *service) port(number uint16) (servicePort, bool) {
	i := slices.IndexFunc(s.ports, func(p servicePort) bool { return p.number == number })
	if i < 0 {
		return servicePort{}, false
	}
	return s.ports[i], true
}

func (s *service) namespace() string { return s.entry.Metadata.Namespace }

// registry has the services of all entries, the oldest first.
type registry []*service

// newRegistry makes the services of entries.
//
// Source: convertServices in pilot/pkg/serviceregistry/serviceentry/conversion.go.
func newRegistry(entries []resources.ServiceEntry, mesh *resources.Mesh) registry {
	var r registry
	for i := range entries {
		e := &entries[i]
		reach, ports := e.Reach(mesh), portsOf(e)
		for _, host := range e.Spec.Hosts {
			for _, network := range networksOf(e) {
				r = append(r, &service{entry: e, host: host, network: network, ports: ports, reach: reach})
			}
		}
	}
	r.addSiblings()
	slices.SortStableFunc(r, func(a, b *service) int {
		return cmp.Or(
			createdAt(a).Compare(createdAt(b)),
			strings.Compare(a.host, b.host),
			strings.Compare(a.namespace(), b.namespace()),
		)
	})
	return r
}

func createdAt(s *service) time.Time { return s.entry.Metadata.Created }

func portsOf(e *resources.ServiceEntry) []servicePort {
	ports := make([]servicePort, len(e.Spec.Ports))
	for i, p := range e.Spec.Ports {
		ports[i] = servicePort{
			name: p.Name, number: uint16(p.Number), target: uint16(p.TargetPort), protocol: parseProtocol(p.Protocol),
		}
	}
	return ports
}

// networksOf are the addresses of an entry, one zero Prefix if it has none.
func networksOf(e *resources.ServiceEntry) []netip.Prefix {
	var networks []netip.Prefix
	for _, text := range e.Spec.Addresses {
		if strings.HasSuffix(text, "/0") {
			networks = append(networks, netip.Prefix{}) // It is all addresses.
			continue
		}
		if a, err := netip.ParseAddr(text); err == nil {
			networks = append(networks, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
		} else if n, err := netip.ParsePrefix(text); err == nil {
			networks = append(networks, n.Masked())
		}
	}
	if networks == nil {
		return []netip.Prefix{{}}
	}
	return networks
}

// seenFrom are the services that a namespace sees. Those that are exported to it by name
// stand before those that are exported to all.
//
// Source: servicesExportedToNamespace in pilot/pkg/model/push_context.go.
func (r registry) seenFrom(namespace string) []*service {
	var named, public []*service
	for _, s := range r {
		switch {
		case s.reach.All:
			public = append(public, s)
		case s.reach.Includes(namespace):
			named = append(named, s)
		}
	}
	return append(named, public...)
}

// firstOfEach are the services that a namespace sees, of which a host of a namespace has
// one: that of the oldest entry, at any one of its addresses.
//
// Source: servicesForExactHosts in pilot/pkg/model/sidecar.go, and
// HostnameAndNamespace in pilot/pkg/model/push_context.go.
func (r registry) firstOfEach(namespace string) []*service {
	first := map[hostKey]*service{}
	var seen []*service
	for _, s := range r {
		k := s.key()
		if first[k] == nil {
			first[k] = s
		}
		if first[k].entry == s.entry && s.reach.Includes(namespace) {
			one := *s
			one.unsure = len(networksOf(s.entry)) > 1
			seen = append(seen, &one)
		}
	}
	return seen
}
