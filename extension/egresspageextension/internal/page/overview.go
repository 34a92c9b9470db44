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

// workloadSummary is a line of the overview.
type workloadSummary struct {
	Source       egress.Source
	Destinations int
	// New were first seen recently, Blocked were last blocked recently.
	New, Blocked int
	egress.Counts
	// Overflow is true if some of its traffic has no row of its own.
	Overflow bool
	// Ready says what REGISTRY_ONLY would do, nil if that was not judged.
	Ready *ready
}

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
	byWorkload := map[egress.Source]*workloadSummary{}
	for i := range rows {
		r := &rows[i]
		key := egress.Source{Namespace: r.Source.Namespace, Workload: r.Source.Workload}
		w := byWorkload[key]
		if w == nil {
			w = &workloadSummary{Source: key}
			byWorkload[key] = w
		}
		w.add(r, since)
	}
	all := make([]*workloadSummary, 0, len(byWorkload))
	for _, w := range byWorkload {
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b *workloadSummary) int {
		return cmp.Or(strings.Compare(a.Source.Namespace, b.Source.Namespace), strings.Compare(a.Source.Workload, b.Source.Workload))
	})
	var namespaces []namespaceSummary
	for _, w := range all {
		if len(namespaces) == 0 || namespaces[len(namespaces)-1].Name != w.Source.Namespace {
			namespaces = append(namespaces, namespaceSummary{Name: w.Source.Namespace})
		}
		last := &namespaces[len(namespaces)-1]
		last.Workloads = append(last.Workloads, *w)
	}
	return namespaces
}

func (w *workloadSummary) add(r *egress.Row, since time.Time) {
	w.Add(r.Counts)
	if r.Overflow {
		w.Overflow = true
	} else {
		w.Destinations++
	}
	if !r.FirstSeen.Before(since) {
		w.New++
	}
	if r.Decision == egress.Blocked && !r.LastSeen.Before(since) {
		w.Blocked++
	}
}
