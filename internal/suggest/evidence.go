// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
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
func normal(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// seen is how often and on which days a place was contacted.
type seen struct {
	count int64
	days  egress.Days
	last  int64
}

// evidence has what the rows say about places.
type evidence map[place]seen

func newEvidence(rows []egress.Row) evidence {
	e := evidence{}
	for i := range rows {
		r := &rows[i]
		s := e[placeOf(r)]
		last := r.LastSeen.UnixNano()
		e[placeOf(r)] = seen{
			count: egress.Counts{Requests: s.count, Connections: r.Total()}.Total(),
			days:  s.days.And(s.last, r.Days, last),
			last:  max(s.last, last),
		}
	}
	return e
}

// enough tells whether a row's place was seen more than once.
func (e evidence) enough(r *egress.Row, s *Settings) bool {
	found := e[placeOf(r)]
	return found.count >= s.MinCount && found.days.Count() >= s.MinDays
}
