// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Question is what to judge by.
type Question struct {
	Resources resources.Set
	// Mode of the mesh. If it is empty, the mesh configuration in Resources decides.
	// Sidecars decide otherwise.
	Mode resources.Mode
	// Force is a mode for all workloads, whatever their Sidecars say. It asks what would
	// happen if they changed to it.
	Force resources.Mode
	// ClusterDomain is that of the names of Services, `cluster.local` if it is empty.
	ClusterDomain string
	Owners        Owners
}

// Judge answers a question for one workload and one piece of traffic after the other.
// It must not be used by two goroutines at a time.
type Judge struct {
	q        Question
	registry registry
	scopes   map[scopeKey]*scope
	// touching are the resources that are not considered.
	touching touching
}

type scopeKey struct {
	namespace string
	sidecar   resources.ID
}

// NewJudge reads the question. The resources must not change while it is used.
func NewJudge(q Question) *Judge {
	if q.ClusterDomain == "" {
		q.ClusterDomain = "cluster.local"
	}
	return &Judge{
		q:        q,
		registry: newRegistry(q.Resources.ServiceEntries, q.Resources.Mesh),
		scopes:   map[scopeKey]*scope{},
		touching: newTouching(q.Resources.NotConsidered, q.Resources.Mesh.Root()),
	}
}

// Traffic judges a request or connection of a workload.
func (j *Judge) Traffic(w Workload, t Traffic) Verdict {
	t.Address, t.Name = t.Address.Unmap(), strings.ToLower(t.Name)
	var v Verdict
	for i, s := range sidecarsOf(&w, j.q.Resources.Sidecars, j.q.Resources.Mesh.Root()) {
		next := j.scope(w.Namespace, s).judge(&t, &j.q)
		if i > 0 && !next.same(&v) {
			v = Verdict{
				Outcome: Unknown, Reason: ReasonLabels, By: append(v.By, next.By...),
				Text: "It depends on labels of the workload that are not known: a Sidecar selects by them.",
			}
			break
		}
		v = next
	}
	j.touching.mark(&v, &w, &t)
	return v
}

// scope is what the workloads of a namespace with a Sidecar know.
func (j *Judge) scope(namespace string, sidecar *resources.Sidecar) *scope {
	key := scopeKey{namespace: namespace}
	if sidecar != nil {
		key.sidecar = sidecar.ID()
	}
	s := j.scopes[key]
	if s == nil {
		s = &scope{sidecar: sidecar, imports: importServices(sidecar, namespace, j.registry)}
		s.mode, s.modeBy = j.mode(sidecar)
		if sidecar != nil && sidecar.Spec.OutboundTrafficPolicy != nil && j.q.Force == "" {
			if proxy := sidecar.Spec.OutboundTrafficPolicy.EgressProxy; proxy != nil {
				s.egressProxy = at(proxy.Host, uint16(proxy.Port.Number))
			}
		}
		s.clusters, s.listeners = newClusters(s.imports), newListeners(s.imports)
		j.scopes[key] = s
	}
	return s
}

// mode is that of a Sidecar's workloads, with the resource that says it.
func (j *Judge) mode(sidecar *resources.Sidecar) (resources.Mode, []resources.ID) {
	if j.q.Force != "" {
		return j.q.Force, nil
	}
	if sidecar != nil {
		if mode, ok := sidecar.Mode(); ok {
			return mode, []resources.ID{sidecar.ID()}
		}
	}
	if j.q.Mode != "" {
		return j.q.Mode, nil
	}
	if m := j.q.Resources.Mesh; m != nil && m.Source != (resources.ID{}) {
		return m.Mode(), []resources.ID{m.Source}
	}
	return j.q.Resources.Mesh.Mode(), nil
}

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
	if !t.Address.IsValid() && s.listeners.byAddress(t.Port) {
		return Verdict{Outcome: Unknown, Reason: ReasonNoAddress, Text: "It depends on the address, which the log does not say."}
	}
	l := s.listeners.find(t)
	switch {
	case l == nil:
		return s.unmatched(t, q, nil)
	case l.waits(t):
		return Verdict{
			Outcome: Blocked, Reason: ReasonWaits, By: []resources.ID{l.first.entry.ID()},
			Text: "An entry makes the proxy wait for the client to speak first on this port, and the client waits for the server.",
		}
	}
	switch c := l.match(t); {
	case c == nil:
		return s.unmatched(t, q, l.refused)
	case c.service.unsure && c.forAddress():
		return Verdict{
			Outcome: Unknown, Reason: ReasonAnyAddress, By: []resources.ID{c.service.entry.ID(), s.sidecar.ID()},
			Text: "The Sidecar names the host without a wildcard: Istio then takes one of the entry's addresses, and does not say which one.",
		}
	case c.http:
		return s.request(l, c, t, q)
	default:
		return s.toCluster(c.service, c.service.host, t, q)
	}
}

// request judges a request at a listener that looks into it.
func (s *scope) request(l *listener, c *chain, t *Traffic, q *Question) Verdict {
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
		return s.unmatched(t, q, nil)
	case isDynamic(to) && l.first.host != to.host:
		// Source: buildHTTPConnectionManager in
		// pilot/pkg/networking/core/listener_builder.go: the filter that resolves names is
		// that of the service that the listener was made for.
		return Verdict{
			Outcome: Blocked, Reason: ReasonNoResolver, By: []resources.ID{to.entry.ID(), l.first.entry.ID()},
			Text: "The listener was made for an older entry, so it does not resolve the names of this one.",
		}
	}
	return s.toCluster(to, strings.ToLower(to.host), t, q)
}

// toCluster judges traffic that a listener or a route sends to the cluster of a host.
func (s *scope) toCluster(to *service, host string, t *Traffic, q *Question) Verdict {
	made := s.clusters[clusterKey{host, t.Port}]
	if made == nil {
		return Verdict{
			Outcome: Blocked, Reason: ReasonNoCluster, By: []resources.ID{to.entry.ID()},
			Text: "The proxy has no cluster for the entry: an older one has the same host and differs, or the host has upper case letters.",
		}
	}
	return destination(made, t, q.Owners)
}
