// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// touching are resources that what-if does not consider, by the traffic that they could
// change.
type touching struct {
	// byHost are those that name a host: VirtualService, DestinationRule and Service.
	byHost map[string][]resources.ID
	// wild are their hosts that are wildcards.
	wild []string
	// byNamespace change all traffic of a namespace: NetworkPolicy and EnvoyFilter.
	byNamespace map[string][]resources.ID
	root        string
}

func newTouching(objects []resources.Object, root string) touching {
	t := touching{byHost: map[string][]resources.ID{}, byNamespace: map[string][]resources.ID{}, root: root}
	for _, o := range objects {
		for _, h := range o.Hosts {
			h = resources.NormalHost(h)
			if t.byHost[h] == nil && resources.IsWildcard(h) {
				t.wild = append(t.wild, h)
			}
			t.byHost[h] = append(t.byHost[h], o.ID)
		}
		if o.ID.Kind == "NetworkPolicy" || o.ID.Kind == "EnvoyFilter" {
			t.byNamespace[o.ID.Namespace] = append(t.byNamespace[o.ID.Namespace], o.ID)
		}
	}
	return t
}

// maxTouching is the most resources that a verdict names as not considered.
const maxTouching = 8

// mark adds to a verdict the resources that could change it.
func (t *touching) mark(v *Verdict, w *Workload, traffic *Traffic) {
	add := func(id resources.ID) {
		if len(v.NotConsidered) < maxTouching && !slices.Contains(v.NotConsidered, id) {
			v.NotConsidered = append(v.NotConsidered, id)
		}
	}
	for _, id := range t.byNamespace[w.Namespace] {
		add(id)
	}
	for _, id := range t.byNamespace[t.root] {
		if id.Kind == "EnvoyFilter" {
			add(id)
		}
	}
	addAll := func(host string) {
		for _, id := range t.byHost[host] {
			add(id)
		}
	}
	if traffic.Address.IsValid() {
		addAll(traffic.Address.String())
	}
	name := resources.NormalHost(traffic.Name)
	if name == "" {
		return
	}
	addAll(name)
	for _, h := range t.wild {
		if h != name && resources.Covers(h, name) {
			addAll(h)
		}
	}
}
