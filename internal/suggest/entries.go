// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// entryKey tells the entries of a namespace apart.
type entryKey struct{ namespace, what string }

// entries are those that the wants need.
func (p *plan) entries(rows []egress.Row) []*entry {
	byName, byNetwork := map[entryKey]*entry{}, map[entryKey]*entry{}
	var addresses []want
	for _, w := range p.wants {
		namespace := w.row.Source.Namespace
		switch {
		case w.host != "":
			find(byName, entryKey{namespace, w.host}, func(e *entry) { e.host = w.host }).add(w.port, w.protocol, w.row)
		case w.network != "":
			find(byNetwork, entryKey{namespace, w.network}, func(e *entry) {
				e.name = networkName(w.network)
				e.host, e.addresses = ownHost(e.name, namespace), sortedPrefixes(p.Networks[w.network])
			}).add(w.port, w.protocol, w.row)
		default:
			addresses = append(addresses, w)
		}
	}
	taken := p.taken(rows)
	all := p.share(byName, taken)
	for _, e := range all {
		taken[entryKey{e.namespace, e.host}] = true
	}
	for k := range byName {
		taken[k] = true
	}
	all = append(all, values(byNetwork)...)
	return append(all, addressEntries(addresses, taken)...)
}

// find finds or makes an entry.
func find(entries map[entryKey]*entry, k entryKey, begin func(*entry)) *entry {
	e := entries[k]
	if e == nil {
		e = &entry{namespace: k.namespace}
		begin(e)
		entries[k] = e
	}
	return e
}

// values are those of a map, sorted by key.
func values(entries map[entryKey]*entry) []*entry {
	all := make([]*entry, 0, len(entries))
	for _, k := range slices.SortedFunc(maps.Keys(entries), compareKeys) {
		all = append(all, entries[k])
	}
	return all
}

func compareKeys(a, b entryKey) int {
	return cmp.Or(strings.Compare(a.namespace, b.namespace), strings.Compare(a.what, b.what))
}

func sortedPrefixes(ranges []netip.Prefix) []netip.Prefix {
	all := make([]netip.Prefix, len(ranges))
	for i, p := range ranges {
		all[i] = p.Masked()
	}
	slices.SortFunc(all, netip.Prefix.Compare)
	return slices.Compact(all)
}

// share puts one entry in the place of those of several namespaces that have the same
// host and the same ports. Of one host there is one shared entry: two of them in one
// namespace would be one service to Istio.
func (p *plan) share(byName map[entryKey]*entry, taken map[entryKey]bool) []*entry {
	hosts := map[string]map[string][]*entry{} // by host and ports
	for _, e := range values(byName) {
		if hosts[e.host] == nil {
			hosts[e.host] = map[string][]*entry{}
		}
		s := e.signature()
		hosts[e.host][s] = append(hosts[e.host][s], e)
	}
	shared := map[*entry]bool{}
	var all []*entry
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		most := mostNamespaces(hosts[host])
		if p.SharedNamespace == "" || len(most) < p.MinSharedNamespaces || p.hasOtherEntry(byName, host, most) || taken[entryKey{p.SharedNamespace, host}] || p.otherPortEntries.haveInAny(host) {
			continue
		}
		joined := &entry{namespace: p.SharedNamespace, host: host}
		for _, e := range most {
			shared[e] = true
			joined.exportTo = append(joined.exportTo, e.namespace)
			joined.ports, joined.rows = e.ports, append(joined.rows, e.rows...)
		}
		all = append(all, joined)
	}
	for _, e := range values(byName) {
		if !shared[e] {
			all = append(all, e)
		}
	}
	return all
}

// hasOtherEntry tells whether the shared namespace needs an entry for the host that has
// other ports than the shared one.
func (p *plan) hasOtherEntry(byName map[entryKey]*entry, host string, shared []*entry) bool {
	own := byName[entryKey{p.SharedNamespace, host}]
	return own != nil && !slices.Contains(shared, own)
}

// mostNamespaces is the largest group of entries, that with the first ports if there are
// several.
func mostNamespaces(groups map[string][]*entry) []*entry {
	var most []*entry
	for _, ports := range slices.Sorted(maps.Keys(groups)) {
		if len(groups[ports]) > len(most) {
			most = groups[ports]
		}
	}
	return most
}
