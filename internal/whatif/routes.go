// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// virtualHosts are the services that requests to a port can name.
//
// Source: BuildSidecarOutboundVirtualHosts in pilot/pkg/networking/core/httproute.go,
// and Envoy's documentation of VirtualHost.domains: an exact domain comes before the
// longest wildcard. The port in a Host header is not looked at.
type virtualHosts struct {
	byHost map[string]*service
	// wild are the hosts that are wildcards, the longest first.
	wild []string
	// byAddress are the services by the addresses that can stand in a Host header.
	byAddress map[netip.Addr]*service
	// unsure are addresses of which one can, and Istio does not say which.
	unsure map[netip.Addr]bool
}

// virtualHosts of a port are those of the Sidecar's listener with this port, whether or
// not that made the listener of the proxy, else those of the one without a port.
//
// Source: GetEgressListenerForRDS in pilot/pkg/model/sidecar.go.
func (s *scope) virtualHosts(port uint16) *virtualHosts {
	for i := range s.imports {
		if p := s.imports[i].port(); p == 0 || p == port {
			return s.imports[i].virtualHosts(port)
		}
	}
	return &virtualHosts{}
}

// virtualHosts of a port. Of several services with one host the last one counts.
func (i *imported) virtualHosts(port uint16) *virtualHosts {
	if v := i.virtual[port]; v != nil {
		return v
	}
	last := map[string][]*service{}
	for _, s := range i.services {
		if _, ok := s.port(port); !ok {
			continue
		}
		host := strings.ToLower(s.host)
		if same := last[host]; same != nil && same[0].entry == s.entry && same[0].host == s.host {
			last[host] = append(same, s)
		} else {
			last[host] = []*service{s}
		}
	}
	v := &virtualHosts{byHost: map[string]*service{}, byAddress: map[netip.Addr]*service{}, unsure: map[netip.Addr]bool{}}
	for host, services := range last {
		if p, _ := services[0].port(port); p.protocol == plainHTTP || p.protocol == proxyHTTP || p.protocol == sniffed {
			v.add(host, services)
		}
	}
	slices.SortFunc(v.wild, func(a, b string) int { return len(b) - len(a) })
	if i.virtual == nil {
		i.virtual = map[uint16]*virtualHosts{}
	}
	i.virtual[port] = v
	return v
}

// add adds the services of an entry for a host, one for each address. Any of them may be
// the one that Istio makes the virtual host from. If two entries have one address, it may
// be a domain of either.
func (v *virtualHosts) add(host string, services []*service) {
	v.byHost[host] = services[0]
	if strings.HasPrefix(host, "*") {
		v.wild = append(v.wild, host)
	}
	for _, s := range services {
		if !s.single() {
			continue
		}
		a := s.network.Addr()
		v.unsure[a] = len(services) > 1 || v.byAddress[a] != nil
		v.byAddress[a] = s
	}
}

// route is the service that a request goes to by the host that it names, nil if there is
// none. sure is false if it may be another one or none. A dot at the end of a name counts
// only for hosts that have it.
func (v *virtualHosts) route(name string) (s *service, sure bool) {
	if a, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		a = a.Unmap()
		return v.byAddress[a], !v.unsure[a]
	}
	names := []string{name, strings.TrimSuffix(name, ".")}
	for _, n := range names {
		if s := v.byHost[n]; s != nil {
			return s, true
		}
	}
	for _, host := range v.wild {
		if resources.Covers(host, names[0]) || resources.Covers(host, names[1]) {
			return v.byHost[host], true
		}
	}
	return nil, true
}
