// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// touching are resources that what-if does not consider, by the traffic that they could
// change.
type touching struct {
	// byHost name hosts: VirtualService, DestinationRule and Service.
	byHost []resources.Object
	// byNamespace change all traffic of a namespace: NetworkPolicy and EnvoyFilter.
	byNamespace map[string][]resources.ID
	root        string
}

func newTouching(objects []resources.Object, root string) touching {
	t := touching{byNamespace: map[string][]resources.ID{}, root: root}
	for _, o := range objects {
		switch {
		case len(o.Hosts) > 0:
			t.byHost = append(t.byHost, o)
		case o.ID.Kind == "NetworkPolicy" || o.ID.Kind == "EnvoyFilter":
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
	names := []string{resources.NormalHost(traffic.Name)}
	if traffic.Address.IsValid() {
		names = append(names, traffic.Address.String())
	}
	for _, o := range t.byHost {
		for _, h := range o.Hosts {
			if slices.ContainsFunc(names, func(n string) bool { return n != "" && resources.Covers(resources.NormalHost(h), n) }) {
				add(o.ID)
				break
			}
		}
	}
}
