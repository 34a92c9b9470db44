// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"maps"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// scope is a group of workloads that a Sidecar can select: those of one app, or all
// others of a namespace.
type scope struct{ namespace, app string }

// scopeOf is that of a workload. The app is empty if nothing can be selected by it.
func scopeOf(s egress.Source) scope {
	if s.App == contract.SourceApp.Default() || !isLabelValue(s.App) {
		return scope{namespace: s.Namespace}
	}
	return scope{s.Namespace, s.App}
}

// scoped is what the workloads of a scope use.
type scoped struct {
	hosts map[string]bool
	rows  []*egress.Row
	// refused tells that there is other traffic, for which nothing is suggested.
	refused bool
}

// What a person should know of a Sidecar.
const (
	noteDefault = "This is for all workloads of the namespace without a Sidecar of their own. A namespace has one such Sidecar: merge it with yours."
	noteRefused = "Other traffic of these workloads has no entry here. It is blocked once this is applied, if it is not allowed elsewhere."
)

// sidecars limit each app to the hosts that it uses. Without them an entry is for all
// workloads of its namespace, and the entries that other namespaces export to all are
// for these workloads, too.
func (p *plan) sidecars(rows []egress.Row, entries []*entry) []Document {
	if p.Sidecars == SidecarsNever {
		return nil
	}
	scopes := p.scopes(rows)
	total := map[string]int{} // scopes of a namespace
	for s := range scopes {
		total[s.namespace]++
	}
	needed := map[string]bool{}
	for _, e := range entries {
		users, used := map[scope]bool{}, map[string]int{}
		for _, r := range e.rows {
			s := scopeOf(r.Source)
			if !users[s] {
				users[s] = true
				used[s.namespace]++
			}
			scopes[s].hosts[e.namespaceFor(s.namespace)+"/"+e.host] = true
			scopes[s].rows = append(scopes[s].rows, r)
		}
		for namespace, n := range used {
			if p.Sidecars == SidecarsAlways || n < total[namespace] {
				needed[namespace] = true
			}
		}
	}
	var all []Document
	for namespace := range needed {
		all = append(all, p.sidecarsOf(namespace, scopes)...)
	}
	return all
}

// scopes are those of all workloads that are known, with the hosts of entries that they
// use already.
func (p *plan) scopes(rows []egress.Row) map[scope]*scoped {
	scopes := map[scope]*scoped{}
	for i := range rows {
		r := &rows[i]
		if p.sender(r) != wanted {
			continue
		}
		s := scopeOf(r.Source)
		if scopes[s] == nil {
			scopes[s] = &scoped{hosts: map[string]bool{}}
		}
		switch {
		case isAllowed(r) && p.reasons[i] == AlreadyAllowed:
			if isEntryHost(normal(r.Entry)) {
				scopes[s].hosts["*/"+normal(r.Entry)] = true
			}
		case p.reasons[i] != wanted && p.reasons[i] != AlreadyAllowed && p.reasons[i] != NamedSince:
			scopes[s].refused = true
		}
	}
	return scopes
}

// isEntryHost tells whether a host, or what a wildcard stands above, is well formed.
func isEntryHost(h string) bool { return isHost(strings.TrimPrefix(h, "*.")) }

// namespaceFor is the entry's, as a Sidecar of a namespace writes it.
func (e *entry) namespaceFor(namespace string) string {
	if e.namespace == namespace {
		return "."
	}
	return e.namespace
}

// sidecarsOf are those of a namespace: one for each app, and one for all others.
func (p *plan) sidecarsOf(namespace string, scopes map[scope]*scoped) []Document {
	others := scope{namespace: namespace}
	if scopes[others] == nil {
		scopes[others] = &scoped{}
	}
	var all []Document
	for s, of := range scopes {
		if s.namespace == namespace {
			all = append(all, p.sidecar(s, of))
		}
	}
	return all
}

func (p *plan) sidecar(s scope, of *scoped) Document {
	hosts := []string{"*/*.svc." + p.ClusterDomain}
	if p.VisibilityHost != "" {
		hosts = append(hosts, "*/"+p.VisibilityHost)
	}
	r := &resources.Sidecar{
		Type:     resources.Type{APIVersion: resources.APIVersion, Kind: resources.KindSidecar},
		Metadata: resources.Meta{Name: "default", Namespace: s.namespace},
		Spec: resources.SidecarSpec{Egress: []resources.EgressListener{{
			Hosts: append(hosts, slices.Sorted(maps.Keys(of.hosts))...),
		}}},
	}
	var notes []string
	if s.app == "" {
		notes = append(notes, noteDefault)
	} else {
		r.Metadata.Name = "egress-" + label(s.app, s.app)
		r.Spec.WorkloadSelector = &resources.WorkloadSelector{Labels: map[string]string{"app": s.app}}
		if p.OutboundTrafficPolicy != "" {
			r.Spec.OutboundTrafficPolicy = &resources.OutboundTrafficPolicy{Mode: p.OutboundTrafficPolicy}
		}
	}
	if of.refused && r.Spec.OutboundTrafficPolicy != nil && p.OutboundTrafficPolicy == resources.RegistryOnly {
		notes = append(notes, noteRefused)
	}
	return Document{ID: r.ID(), Sidecar: r, Rows: sortedRows(of.rows), Notes: notes}
}
