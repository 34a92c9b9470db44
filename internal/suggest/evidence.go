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

// seen is how often and on which days a place was contacted.
type seen struct {
	count int64
	days  egress.Days
	last  int64
}

// evidence has what the rows say about places. A place is a name in the traffic, or an
// address: what an address is called may be learned between two rows.
type evidence map[place]seen

func newEvidence(rows []egress.Row) evidence {
	e := evidence{}
	for i := range rows {
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
	s, last := e[p], r.LastSeen.UnixNano()
	e[p] = seen{
		count: egress.AddSaturating(s.count, r.Total()),
		days:  s.days.And(s.last, r.Days, last),
		last:  max(s.last, last),
	}
}

// enough tells whether each of a row's places was seen more than once.
func (e evidence) enough(r *egress.Row, s *Settings) bool {
	for _, p := range placesOf(r) {
		if found := e[p]; found.count < s.MinCount || found.days.Count() < s.MinDays {
			return false
		}
	}
	return true
}
