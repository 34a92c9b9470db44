// SPDX-License-Identifier: Apache-2.0

package page

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// workloadTotals adds up the rows of a workload.
type workloadTotals struct {
	workloadSummary
	destinations map[string]*destinationTotals
}

// destinationTotals adds up the rows of a workload with one destination.
type destinationTotals struct {
	name         string
	count        int64
	new, blocked bool
}

func (w *workloadTotals) add(r *egress.Row, since time.Time) {
	w.Add(r.Counts)
	if r.Overflow {
		w.Overflow = true
		return
	}
	d := w.destinations[r.Destination]
	if d == nil {
		d = &destinationTotals{name: r.Destination}
		w.destinations[r.Destination] = d
	}
	d.count += r.Total()
	d.new = d.new || !r.FirstSeen.Before(since)
	d.blocked = d.blocked || r.Decision == egress.Blocked && !r.LastSeen.Before(since)
}

// finish counts the destinations, and picks those with the most traffic.
func (w *workloadTotals) finish() {
	w.Destinations = len(w.destinations)
	all := make([]*destinationTotals, 0, len(w.destinations))
	for _, d := range w.destinations {
		all = append(all, d)
		if d.new {
			w.New++
		}
		if d.blocked {
			w.Blocked++
		}
	}
	slices.SortFunc(all, func(a, b *destinationTotals) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.name, b.name))
	})
	for _, d := range all[:min(len(all), mostShown)] {
		w.Top = append(w.Top, shorten(d.name))
	}
}
