// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"maps"
	"slices"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Given is what a user has, and what the ledger can say about it.
type Given struct {
	Set resources.Set
	// Now is when the rows were read. WatchingSince is when the ledger began.
	Now, WatchingSince time.Time
	// UnusedAfter is how long an entry is without traffic before it is unused.
	UnusedAfter time.Duration
}

// Difference is what the traffic needs, beside what a user has.
type Difference struct {
	// Added are suggestions that no resource of the user makes needless.
	Added []Document `json:"added"`
	// Changed are suggestions for which the user has a resource that says something else.
	Changed []Match `json:"changed"`
	// Unchanged are suggestions that the user's resources fulfil.
	Unchanged []Match `json:"unchanged"`
	// Entries says for each ServiceEntry of the user whether it is used.
	Entries []Usage `json:"entries"`
	// NotSuggested are rows for which there is no suggestion.
	NotSuggested []NotSuggested `json:"not_suggested"`
}

// Match is a suggestion and the resources of the user that stand for it.
type Match struct {
	Document
	By []resources.ID `json:"by"`
}

// Diff compares all that the traffic needs with what a user has. Traffic that an entry
// lets through already needs this entry: the result must be that of the rows with
// Settings.Allowed.
func Diff(result *Result, rows []egress.Row, g *Given) Difference {
	d := Difference{NotSuggested: result.NotSuggested, Entries: usages(rows, g)}
	for _, document := range result.Documents {
		var by []resources.ID
		var same bool
		if document.Entry != nil {
			by, same = g.entriesFor(document.Entry)
		} else {
			by, same = g.sidecarFor(document.Sidecar)
		}
		switch {
		case len(by) == 0:
			d.Added = append(d.Added, document)
		case same:
			d.Unchanged = append(d.Unchanged, Match{document, by})
		default:
			d.Changed = append(d.Changed, Match{document, by})
		}
	}
	return d
}

// entriesFor finds the entries that stand for a suggested one: that of its name, else
// those that give all its ports to all its namespaces.
func (g *Given) entriesFor(want *resources.ServiceEntry) (by []resources.ID, same bool) {
	if given := g.givers(want); given != nil {
		return given, true
	}
	for i := range g.Set.ServiceEntries {
		if e := &g.Set.ServiceEntries[i]; e.ID() == want.ID() {
			return []resources.ID{e.ID()}, false
		}
	}
	return nil, false
}

// givers are entries that together let pass what a suggested entry would, nil if some
// of it is missing.
func (g *Given) givers(want *resources.ServiceEntry) (by []resources.ID) {
	for _, namespace := range consumers(want) {
		for _, port := range want.Spec.Ports {
			i := slices.IndexFunc(g.Set.ServiceEntries, func(e resources.ServiceEntry) bool {
				return gives(&e, want, port) && e.Reach(g.Set.Mesh).Includes(namespace)
			})
			if i < 0 {
				return nil
			}
			if id := g.Set.ServiceEntries[i].ID(); !slices.Contains(by, id) {
				by = append(by, id)
			}
		}
	}
	return by
}

// consumers are the namespaces that a suggested entry is for.
func consumers(e *resources.ServiceEntry) []string {
	if slices.Equal(e.Spec.ExportTo, []string{"."}) {
		return []string{e.Metadata.Namespace}
	}
	return e.Spec.ExportTo
}

// sidecarFor finds the Sidecar for the same workloads.
func (g *Given) sidecarFor(want *resources.Sidecar) (by []resources.ID, same bool) {
	for i := range g.Set.Sidecars {
		s := &g.Set.Sidecars[i]
		if s.Metadata.Namespace == want.Metadata.Namespace && maps.Equal(selected(s), selected(want)) {
			return []resources.ID{s.ID()}, sameScope(s, want)
		}
	}
	return nil, false
}

func selected(s *resources.Sidecar) map[string]string {
	if s.Spec.WorkloadSelector == nil {
		return nil
	}
	return s.Spec.WorkloadSelector.Labels
}

// sameScope tells whether two Sidecars have the same hosts and the same mode.
func sameScope(a, b *resources.Sidecar) bool {
	modeA, setA := a.Mode()
	modeB, setB := b.Mode()
	return modeA == modeB && setA == setB && len(a.Spec.Egress) == 1 && a.Spec.Egress[0].Port == nil &&
		slices.Equal(sorted(a.Spec.Egress[0].Hosts), sorted(b.Spec.Egress[0].Hosts))
}

func sorted(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
