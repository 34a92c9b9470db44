// SPDX-License-Identifier: Apache-2.0

package page

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

const viewOverview = "overview"

// recently is what counts as new on the overview.
const (
	recently     = 24 * time.Hour
	recentlyText = "24h"
)

// overviewData is what the overview shows.
type overviewData struct {
	At         time.Time
	Picture    picture
	Namespaces []namespaceSummary
	Ledgers    int
	// Judged is true if the workloads have a Ready.
	Judged bool
}

// namespaceSummary has the workloads of a namespace, by name.
type namespaceSummary struct {
	Name      string
	Workloads []workloadSummary
}

// Link leads to the rows of the namespace. It is empty for workloads that have no row of
// their own.
func (n namespaceSummary) Link() string {
	if n.Name == "" {
		return ""
	}
	return request{Query: egress.Query{Namespace: n.Name, Sort: egress.BySource}}.link()
}

// workloadSummary is a line of the overview.
type workloadSummary struct {
	Source egress.Source
	// Destinations is how many there are. New were first seen recently on some port,
	// Blocked were last blocked recently.
	Destinations, New, Blocked int
	// Top are the destinations with the most traffic, mostShown at most.
	Top []string
	egress.Counts
	// Overflow is true if some of its traffic has no row of its own.
	Overflow bool
	// Ready says what REGISTRY_ONLY would do, nil if that was not judged.
	Ready *ready
}

// mostShown is how many destinations of a workload the overview names.
const mostShown = 4

// More is how many destinations are not in Top.
func (w workloadSummary) More() int { return w.Destinations - len(w.Top) }

// All, NewOnes and BlockedOnes are links to the rows behind the numbers.
func (w workloadSummary) All() string { return w.request().link() }

// NewOnes is a link to the rows that are new.
func (w workloadSummary) NewOnes() string {
	r := w.request()
	r.New = recentlyText
	return r.link()
}

// BlockedOnes is a link to the rows that were blocked.
func (w workloadSummary) BlockedOnes() string {
	r := w.request()
	r.Decision, r.Seen = egress.Blocked, recentlyText
	return r.link()
}

func (w workloadSummary) request() request {
	return request{Query: egress.Query{Namespace: w.Source.Namespace, Workload: w.Source.Workload, Sort: egress.BySource}}
}

func (h *handler) overview(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	d := overviewData{At: s.at, Picture: drawPicture(s.rows), Namespaces: summarize(s.rows, s.at.Add(-recently)), Ledgers: len(s.about)}
	d.Judged = h.addReady(s, d.Namespaces)
	h.render(w, s, viewOverview, d)
}

// summarize adds up rows for each workload, sorted by namespace and name.
func summarize(rows []egress.Row, since time.Time) []namespaceSummary {
	byWorkload := map[egress.Source]*workloadTotals{}
	for i := range rows {
		r := &rows[i]
		key := egress.Source{Namespace: r.Source.Namespace, Workload: r.Source.Workload}
		w := byWorkload[key]
		if w == nil {
			w = &workloadTotals{workloadSummary: workloadSummary{Source: key}, destinations: map[string]*destinationTotals{}}
			byWorkload[key] = w
		}
		w.add(r, since)
	}
	all := make([]*workloadTotals, 0, len(byWorkload))
	for _, w := range byWorkload {
		w.finish()
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b *workloadTotals) int {
		return cmp.Or(strings.Compare(a.Source.Namespace, b.Source.Namespace), strings.Compare(a.Source.Workload, b.Source.Workload))
	})
	var namespaces []namespaceSummary
	for _, w := range all {
		if len(namespaces) == 0 || namespaces[len(namespaces)-1].Name != w.Source.Namespace {
			namespaces = append(namespaces, namespaceSummary{Name: w.Source.Namespace})
		}
		last := &namespaces[len(namespaces)-1]
		last.Workloads = append(last.Workloads, w.workloadSummary)
	}
	return namespaces
}
