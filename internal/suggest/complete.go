// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// complete adds what entries let through already to the entries that get more. Who
// applies an entry puts it in the place of the one with its name, and Istio takes one
// entry for a host in a namespace.
func (p *plan) complete(rows []egress.Row) {
	begun, users := map[entryKey]bool{}, map[string]map[string]bool{}
	note := func(w *want) {
		if users[w.host] == nil {
			users[w.host] = map[string]bool{}
		}
		users[w.host][w.row.Source.Namespace] = true
	}
	for i := range p.wants {
		note(&p.wants[i])
		for _, host := range p.wants[i].entryHosts() {
			begun[entryKey{p.wants[i].row.Source.Namespace, host}] = true
			begun[entryKey{"", host}] = true
		}
	}
	var allowed []want
	for i := range rows {
		if w, ok := p.allowedBySame(&rows[i], i); ok {
			note(&w)
			allowed = append(allowed, w)
		}
	}
	for _, w := range allowed {
		host := normal(w.row.Entry)
		// A shared entry is that of other namespaces, too.
		isShared := w.host != "" && p.SharedNamespace != "" && len(users[w.host]) >= p.MinSharedNamespaces && !p.otherPortEntries.haveInAny(w.host)
		if begun[entryKey{w.row.Source.Namespace, host}] || isShared && begun[entryKey{"", host}] {
			p.reasons[w.index] = wanted
			p.wants = append(p.wants, w)
		}
	}
}

// allowedBySame is what a row wants, if an entry lets it through that has the host of the
// one that would be suggested.
func (p *plan) allowedBySame(r *egress.Row, index int) (want, bool) {
	if p.reasons[index] != AlreadyAllowed || !isAllowed(r) {
		return want{}, false
	}
	w, reason := p.form(r)
	w.index = index
	if entry := normal(r.Entry); w.host != "" && resources.IsWildcard(entry) {
		w.host = entry // which counts if the wildcard is suggested
	}
	if reason != wanted || p.otherPortEntries.have(&w) || !p.protocols.settle(&w) {
		return want{}, false
	}
	return w, slices.Contains(w.entryHosts(), normal(r.Entry))
}

// entryHosts are the hosts that the entries of a want have. An entry by the known name of
// addresses is none of them: the log does not say which addresses it has already.
func (w *want) entryHosts() (hosts []string) {
	namespace := w.row.Source.Namespace
	switch {
	case w.host != "":
		return []string{w.host}
	case w.network != "":
		return []string{ownHost(networkName(w.network), namespace)}
	}
	for _, a := range w.addresses {
		hosts = append(hosts, ownHost(addressName(w.protocol, a), namespace))
	}
	return hosts
}

// taken are the hosts that have an entry already which has more than is known here.
func (p *plan) taken(rows []egress.Row) map[entryKey]bool {
	taken := maps.Clone(p.otherPortEntries)
	for i := range rows {
		if r := &rows[i]; p.reasons[i] == AlreadyAllowed && r.Decision == egress.Allowed {
			taken[entryKey{r.Source.Namespace, normal(r.Entry)}] = true
		}
	}
	return taken
}
