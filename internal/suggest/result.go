// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Result is what the traffic suggests.
type Result struct {
	// Documents are sorted by namespace. In a namespace ServiceEntries come first.
	Documents []Document `json:"documents"`
	// Offers are wildcards. They are no part of the documents, unless Settings.Wildcards
	// takes them.
	Offers []Offer `json:"offers"`
	// NotSuggested are the rows for which there is no document, in the order of rows.
	NotSuggested []NotSuggested `json:"not_suggested"`
}

// Document is a resource. One of Entry and Sidecar is not nil.
type Document struct {
	ID      resources.ID            `json:"id"`
	Entry   *resources.ServiceEntry `json:"-"`
	Sidecar *resources.Sidecar      `json:"-"`
	// Rows are the traffic that it is for, in the order of rows.
	Rows []egress.Row `json:"rows"`
	// Notes are what a person should know before this is applied.
	Notes []string `json:"notes,omitempty"`
}

// Offer is a wildcard that would replace entries.
type Offer struct {
	Document
	// Source is the workload that uses the hosts.
	Source egress.Source `json:"source"`
	// Hosts are those that the wildcard stands for.
	Hosts []string `json:"hosts"`
}

// NotSuggested is a row for which nothing is suggested.
type NotSuggested struct {
	egress.Row
	Reason Reason `json:"reason"`
}

// Namespaces are those with documents, sorted.
func (r *Result) Namespaces() []string {
	var all []string
	for i := range r.Documents {
		all = append(all, r.Documents[i].ID.Namespace)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Evidence sums up the rows of a document.
type Evidence struct {
	Count     int64     `json:"count"`
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
	Days      int       `json:"days"`
	// Sources are workloads as NAMESPACE/WORKLOAD, sorted.
	Sources []string `json:"sources"`
}

// Evidence of the document.
func (d *Document) Evidence() Evidence {
	e := Evidence{Sources: []string{}}
	var days egress.Days
	for i := range d.Rows {
		r := &d.Rows[i]
		days = days.And(e.LastSeen.UnixNano(), r.Days, r.LastSeen.UnixNano())
		e.Count = egress.AddSaturating(e.Count, r.Total())
		if i == 0 || r.FirstSeen.Before(e.FirstSeen) {
			e.FirstSeen = r.FirstSeen
		}
		if i == 0 || r.LastSeen.After(e.LastSeen) {
			e.LastSeen = r.LastSeen
		}
		e.Sources = append(e.Sources, r.Source.String())
	}
	slices.Sort(e.Sources)
	e.Sources, e.Days = slices.Compact(e.Sources), days.Count()
	return e
}

// compareDocuments puts the documents of a namespace together, entries first.
func compareDocuments(a, b Document) int {
	return cmp.Or(strings.Compare(a.ID.Namespace, b.ID.Namespace), -cmp.Compare(rank(a), rank(b)), strings.Compare(a.ID.Name, b.ID.Name))
}

// rank is higher for what comes first. The Sidecar of a whole namespace is called default
// and comes before those of workloads.
func rank(d Document) int {
	switch {
	case d.Entry != nil:
		return 2
	case d.Sidecar.Spec.WorkloadSelector == nil:
		return 1
	default:
		return 0
	}
}
