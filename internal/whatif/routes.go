// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"strings"
)

// route is the service that a request goes to by the host that it names, nil if no host
// of the port is the one.
//
// Source: BuildSidecarOutboundVirtualHosts in pilot/pkg/networking/core/httproute.go,
// and Envoy's documentation of VirtualHost.domains: an exact domain comes before the
// longest wildcard. The port in a Host header is not looked at.
func (i *imported) route(port uint16, name string) *service {
	hosts := i.virtualHosts(port)
	if s := hosts[name]; s != nil {
		return s
	}
	if s := byAddress(hosts, name); s != nil {
		return s
	}
	var best *service
	for host, s := range hosts {
		suffix, wild := strings.CutPrefix(host, "*")
		if !wild || len(name) <= len(suffix) || !strings.HasSuffix(name, suffix) {
			continue
		}
		if best == nil || len(host) > len(best.host) {
			best = s
		}
	}
	return best
}

// virtualHosts are the services with an HTTP port, by their hosts. Of several services
// with one host the last one counts, so of several addresses of an entry the last one
// can be named.
func (i *imported) virtualHosts(port uint16) map[string]*service {
	hosts := map[string]*service{}
	for _, s := range i.services {
		if _, ok := s.port(port); ok {
			hosts[strings.ToLower(s.host)] = s
		}
	}
	for host, s := range hosts {
		if p, _ := s.port(port); p.protocol != plainHTTP && p.protocol != proxyHTTP && p.protocol != sniffed {
			delete(hosts, host)
		}
	}
	return hosts
}

// byAddress is the service whose address a request names as its host. If there are
// several, Istio takes any of them; this takes the first by its host.
func byAddress(hosts map[string]*service, name string) *service {
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	if err != nil {
		return nil
	}
	var found *service
	for _, s := range hosts {
		if s.single() && s.network.Addr() == address.Unmap() && (found == nil || s.host < found.host) {
			found = s
		}
	}
	return found
}
