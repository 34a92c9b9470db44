// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"cmp"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// protocols know what is spoken at a place. An entry has one protocol for a port of a
// host. If a single forged name could choose it, it would cut off all others.
type protocols map[place]map[string]*spoken

// spoken is what speaks for a protocol.
type spoken struct {
	allowed   int64 // when an entry last let it through, which had the protocol
	days      egress.Days
	first     int64
	last      int64
	workloads map[workload]bool
}

func (p protocols) note(r *egress.Row, isAllowed bool) {
	at := p[placeOf(r)]
	if at == nil {
		at = map[string]*spoken{}
		p[placeOf(r)] = at
	}
	first, last := r.FirstSeen.UnixNano(), r.LastSeen.UnixNano()
	s := at[protocolOf(r.Traffic)]
	if s == nil {
		s = &spoken{first: first, workloads: map[workload]bool{}}
		at[protocolOf(r.Traffic)] = s
	}
	if isAllowed {
		s.allowed = max(s.allowed, last)
	}
	s.days = s.days.And(s.last, r.Days, last)
	s.first, s.last = min(s.first, first), max(s.last, last)
	s.workloads[workloadOf(r.Source)] = true
}

// compare tells which of two has more to speak for it: an entry, or the later one of two;
// days, workloads, or that it was there first.
func (s *spoken) compare(o *spoken) int {
	return cmp.Or(cmp.Compare(s.allowed, o.allowed), cmp.Compare(s.days.Count(), o.days.Count()), cmp.Compare(len(s.workloads), len(o.workloads)), -cmp.Compare(s.first, o.first))
}

// at is the protocol of a place, empty if none is known. Of two that have as much to
// speak for them TLS comes before HTTP, and HTTP before gRPC.
func (p protocols) at(k place) (protocol string) {
	for _, name := range []string{protocolTLS, protocolHTTP, protocolGRPC} {
		if s := p[k][name]; s != nil && (protocol == "" || s.compare(p[k][protocol]) > 0) {
			protocol = name
		}
	}
	return protocol
}

// settle gives a want for a name the protocol of its place, and tells whether the want
// can be met so: TLS cannot pass as HTTP, nor HTTP as TLS.
func (p protocols) settle(w *want) bool {
	if w.host == "" {
		return true
	}
	protocol := p.at(placeOf(w.row))
	if protocol == "" || protocol == w.protocol {
		return true
	}
	if protocol == protocolTLS || w.protocol == protocolTLS {
		return false
	}
	w.protocol = protocol
	return true
}
