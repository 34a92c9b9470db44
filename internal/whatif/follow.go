// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// made are the networks of addresses that Istio makes up for entries without addresses
// where the proxy answers DNS. Source: pilot/pkg/networking/serviceentry of Istio.
var made = []netip.Prefix{netip.MustParsePrefix("240.240.0.0/16"), netip.MustParsePrefix("2001:2::/48")}

// judge follows traffic through listener, route and cluster.
func (s *scope) judge(t *Traffic, q *Question) Verdict {
	for _, n := range made {
		if n.Contains(t.Address) {
			return Verdict{Outcome: Unknown, Reason: ReasonNotConsidered, Text: "Istio made up the address: the proxy answers DNS, which is not considered."}
		}
	}
	if s.hasProxyListener(t.Port) {
		return Verdict{
			Outcome: Unknown, Reason: ReasonNotConsidered, By: []resources.ID{s.sidecar.ID()},
			Text: "The Sidecar makes the port an HTTP proxy, which is not considered.",
		}
	}
	if v, ok := s.toService(t, q); ok {
		return v
	}
	if !t.Address.IsValid() && s.listeners.byAddress[t.Port] {
		return Verdict{Outcome: Unknown, Reason: ReasonNoAddress, Text: "It depends on the address, which the log does not say."}
	}
	l := s.listeners.find(t)
	switch {
	case l == nil:
		return s.unmatched(t, nil)
	case l.invalid:
		return Verdict{
			Outcome: Unknown, Reason: ReasonNotConsidered, By: []resources.ID{l.first.entry.ID()},
			Text: "Envoy refuses the listener: a TLS port has a wildcard that does not start with `*.`.",
		}
	case l.waits(t):
		return Verdict{
			Outcome: Blocked, Reason: ReasonWaits, By: []resources.ID{l.first.entry.ID()},
			Text: "An entry makes the proxy wait for the client to speak first on this port, and the client waits for the server.",
		}
	}
	switch c := l.match(t); {
	case c == nil:
		return s.unmatched(t, l.refused)
	case c.service.unsure && c.forAddress():
		return Verdict{
			Outcome: Unknown, Reason: ReasonAnyAddress, By: []resources.ID{c.service.entry.ID(), s.sidecar.ID()},
			Text: "The Sidecar names the host without a wildcard: Istio then takes one of the entry's addresses, and does not say which one.",
		}
	case c.http:
		return s.request(l, c, t)
	default:
		return s.toCluster(c.service, c.service.host, t)
	}
}

// request judges a request at a listener that looks into it.
func (s *scope) request(l *listener, c *chain, t *Traffic) Verdict {
	hosts := s.virtualHosts(t.Port)
	to, sure := hosts.route(t.Name)
	if c.alone {
		to, sure = hosts.byHost[c.service.host], true
	}
	switch {
	case !sure:
		return Verdict{
			Outcome: Unknown, Reason: ReasonAnyAddress, By: []resources.ID{to.entry.ID()},
			Text: "A request can name one of several addresses or entries, and Istio does not say which one.",
		}
	case to == nil && c.alone:
		return Verdict{
			Outcome: Blocked, Reason: ReasonNoCluster, By: []resources.ID{c.service.entry.ID()},
			Text: "The proxy has no route for the entry: another one has the same host and port, or the host has upper case letters.",
		}
	case to == nil:
		return s.unmatched(t, nil)
	case isDynamic(to) && l.first.host != to.host:
		// Source: buildHTTPConnectionManager in
		// pilot/pkg/networking/core/listener_builder.go: the filter that resolves names is
		// that of the service that the listener was made for.
		return Verdict{
			Outcome: Blocked, Reason: ReasonNoResolver, By: []resources.ID{to.entry.ID(), l.first.entry.ID()},
			Text: "The listener was made for an older entry, so it does not resolve the names of this one.",
		}
	}
	return s.toCluster(to, strings.ToLower(to.host), t)
}

// toCluster judges traffic that a listener or a route sends to the cluster of a host.
func (s *scope) toCluster(to *service, host string, t *Traffic) Verdict {
	made := s.clusters[clusterKey{host, t.Port}]
	if made == nil {
		return Verdict{
			Outcome: Blocked, Reason: ReasonNoCluster, By: []resources.ID{to.entry.ID()},
			Text: "The proxy has no cluster for the entry: an older one has the same host and differs, or the host has upper case letters.",
		}
	}
	return destination(made, t)
}
