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
	reach reach
}

type servicePort struct {
	name   string
	number uint16
	// target is the port at the endpoints, 0 if it is the same one.
	target   uint16
	protocol protocol
}

// single tells whether the service has one address, which gets a listener of its own.
func (s *service) single() bool { return s.network.IsValid() && s.network.IsSingleIP() }

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
func newRegistry(entries []resources.ServiceEntry, defaultExportTo []string) registry {
	var r registry
	for i := range entries {
		e := &entries[i]
		exportTo := e.Spec.ExportTo
		if len(exportTo) == 0 {
			exportTo = defaultExportTo
		}
		in, ports := newReach(exportTo, e.Metadata.Namespace), portsOf(e)
		for _, host := range e.Spec.Hosts {
			for _, network := range networksOf(e) {
				r = append(r, &service{entry: e, host: host, network: network, ports: ports, reach: in})
			}
		}
	}
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
		case s.reach.public:
			public = append(public, s)
		case slices.Contains(s.reach.namespaces, namespace):
			named = append(named, s)
		}
	}
	return append(named, public...)
}

// reach is where a service can be seen.
type reach struct {
	public     bool
	namespaces []string
}

func newReach(exportTo []string, own string) reach {
	var in reach
	for _, e := range exportTo {
		switch e {
		case "*":
			return reach{public: true}
		case "~":
			return reach{}
		case ".":
			in.namespaces = append(in.namespaces, own)
		default:
			in.namespaces = append(in.namespaces, e)
		}
	}
	return in
}
