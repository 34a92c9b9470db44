// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// use is what a workload did on a port: it used a host or an address.
type use struct {
	workload workload
	port     uint16
	what     string
}

// uses say when something was done last, in nanoseconds since 1970.
type uses map[use]int64

func (u uses) note(w workload, port uint16, what string, last int64) {
	k := use{w, port, what}
	u[k] = max(u[k], last)
}

// since tells whether something was done at a time or later.
func (u uses) since(w workload, port uint16, what string, time int64) bool {
	last, ok := u[use{w, port, what}]
	return ok && last >= time
}

// newAllowed notes the hosts of the entries that let traffic through, and the addresses
// that it went to.
func newAllowed(rows []egress.Row) uses {
	u := uses{}
	for i := range rows {
		r := &rows[i]
		// Nobody knows which ports those of a row of other ports are.
		if !isAllowed(r) || r.OtherPorts {
			continue
		}
		w, last := workloadOf(r.Source), r.LastSeen.UnixNano()
		u.note(w, r.Port, normal(r.Entry), last)
		for _, a := range r.Addresses {
			u.note(w, r.Port, a, last)
		}
	}
	return u
}

// isAllowed tells whether an entry let traffic through that is for its host. Traffic to
// another host than that of the entry went through a hole.
func isAllowed(r *egress.Row) bool {
	return r.Decision == egress.Allowed && r.NameSource != egress.EntryMismatch &&
		(!hasNameInTraffic(r) || covers(r.Entry, r.Destination))
}

// covers tells whether the host of an entry, which may be a wildcard, is that of a name.
func covers(entry, name string) bool { return resources.Covers(normal(entry), normal(name)) }

// isReplaced tells whether the traffic of a row was let through by an entry since.
func (u uses) isReplaced(r *egress.Row, s *Settings) bool {
	if r.OtherPorts {
		return false
	}
	w, last := workloadOf(r.Source), r.LastSeen.UnixNano()
	if hasNameInTraffic(r) {
		name := normal(r.Destination)
		if u.since(w, r.Port, name, last) {
			return true
		}
		for _, parent, ok := strings.Cut(name, "."); ok; _, parent, ok = strings.Cut(parent, ".") {
			if u.since(w, r.Port, "*."+parent, last) {
				return true
			}
		}
		return false
	}
	if !isHTTP(r) && r.NameSource != egress.NoName && u.since(w, r.Port, normal(r.Destination), last) {
		return true // an entry by the name of its addresses
	}
	if len(r.Addresses) == 0 || r.MoreAddresses {
		return false
	}
	for _, text := range r.Addresses {
		if !u.reached(r, text, last, s) {
			return false
		}
	}
	return true
}

func isHTTP(r *egress.Row) bool { return r.Traffic == egress.HTTP || r.Traffic == egress.GRPC }

// reached tells whether an entry let traffic of a row's workload through to an address.
// Most such traffic does not say the address: then the name of the entry does. An entry
// for a name that has the address does not let a request through whose Host is the address.
func (u uses) reached(r *egress.Row, text string, last int64, s *Settings) bool {
	w := workloadOf(r.Source)
	if !isHTTP(r) && u.since(w, r.Port, text, last) {
		return true
	}
	a, ok := parseAddress(text)
	return ok && slices.ContainsFunc(s.ownHosts(r.Source.Namespace, a), func(h string) bool { return u.since(w, r.Port, h, last) })
}
