// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// place is a destination on a port, as the workloads of a namespace know it.
type place struct {
	namespace, destination string
	port                   uint16
}

func placeOf(r *egress.Row) place {
	return place{r.Source.Namespace, normal(r.Destination), r.Port}
}

// normal is the one spelling of a name.
func normal(name string) string { return resources.NormalHost(name) }

// seen is how often, on which days and since when a place was contacted. Times are
// nanoseconds since the Unix epoch.
type seen struct {
	count int64
	days  egress.Days
	first int64
	last  int64
}

// evidence has what the rows say about places. A place is a name in the traffic, or an
// address: what an address is called may be learned between two rows.
type evidence map[place]seen

func newEvidence(rows []egress.Row) evidence {
	e := evidence{}
	for i := range rows {
		if rows[i].NameSource == egress.EntryMismatch {
			continue // it was not meant for the host that it has
		}
		for _, p := range placesOf(&rows[i]) {
			e.add(p, &rows[i])
		}
	}
	return e
}

// placesOf are those of a row.
func placesOf(r *egress.Row) []place {
	if hasNameInTraffic(r) || len(r.Addresses) == 0 {
		return []place{placeOf(r)}
	}
	var places []place
	for _, a := range r.Addresses {
		places = append(places, place{r.Source.Namespace, a, r.Port})
	}
	return places
}

func (e evidence) add(p place, r *egress.Row) {
	s, ok := e[p]
	first, last := r.FirstSeen.UnixNano(), r.LastSeen.UnixNano()
	if ok {
		first = min(s.first, first)
	}
	e[p] = seen{
		count: egress.AddSaturating(s.count, r.Total()),
		days:  s.days.And(s.last, r.Days, last),
		first: first,
		last:  max(s.last, last),
	}
}

// enough tells whether each of a row's places was seen more than once. Days begin at
// midnight, so two requests may be on two days and be a second apart. The time between
// the first and the last of them counts, too.
func (e evidence) enough(r *egress.Row, s *Settings) bool {
	for _, p := range placesOf(r) {
		found := e[p]
		if found.count < s.MinCount || found.days.Count() < s.MinDays || found.last-found.first < s.minSpan().Nanoseconds() {
			return false
		}
	}
	return true
}
