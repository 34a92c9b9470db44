// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// What a person should know of an entry.
const (
	noteAnyName  = "The names of this traffic are not known: to these addresses every name passes on these ports."
	noteNetwork  = "The whole network is opened on these ports."
	noteWildcard = "Every name below this one passes."
	noteForged   = "A client that forges such a name reaches any address."
	noteLiteral  = "Only requests that name the address in place of a host pass."
	noteOldest   = "HTTP passes only if no other entry for HTTP on this port is older."
	noteReplaces = "An entry lets some of this traffic through already. Put this one in its place: Istio takes one entry for a host in a namespace."
	notePorts    = "Its workloads use different ports of it. Istio lets each of them use all of these ports."
)

func (e *entry) notes(resolution resources.Resolution, s *Settings) (notes []string) {
	switch {
	case strings.HasPrefix(e.host, "*."):
		notes = append(notes, noteWildcard)
		if resolution == resources.None {
			notes = append(notes, noteForged)
		}
		if resolution == resources.DynamicDNS && e.hasHTTP() {
			notes = append(notes, noteOldest)
		}
	case slices.ContainsFunc(e.addresses, func(p netip.Prefix) bool { return !p.IsSingleIP() }):
		notes = append(notes, noteNetwork)
	case e.isLiteral():
		notes = append(notes, noteLiteral)
	case len(e.addresses) > 0 && (e.ports[80] != "" || e.ports[443] != ""):
		notes = append(notes, noteAnyName)
	}
	if !s.Allowed && slices.ContainsFunc(e.rows, isAllowed) {
		notes = append(notes, noteReplaces)
	}
	if e.workloadsDiffer() {
		notes = append(notes, notePorts)
	}
	return notes
}

// workloadsDiffer tells whether some workload of the entry does not use all its ports. A
// Sidecar keeps a workload from a host, and not from a port of it.
func (e *entry) workloadsDiffer() bool {
	used := map[scope]map[uint16]bool{}
	for _, r := range e.rows {
		s := scopeOf(r.Source)
		if used[s] == nil {
			used[s] = map[uint16]bool{}
		}
		used[s][r.Port] = true
	}
	for _, ports := range used {
		if len(ports) < len(e.ports) {
			return true
		}
	}
	return false
}
