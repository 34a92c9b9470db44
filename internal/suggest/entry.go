// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// entry becomes a ServiceEntry.
type entry struct {
	namespace string
	// name of the resource. Empty is the host's.
	name, host string
	// addresses are single ones and networks, nil in an entry for a name.
	addresses []netip.Prefix
	// exportTo are the namespaces of a shared entry.
	exportTo []string
	// ports have protocols.
	ports map[uint16]string
	rows  []*egress.Row
}

// add adds a port. On a port with HTTP and gRPC it is HTTP.
func (e *entry) add(port uint16, protocol string, rows ...*egress.Row) {
	if e.ports == nil {
		e.ports = map[uint16]string{}
	}
	switch known := e.ports[port]; {
	case known == "" || protocol == protocolTCP:
		e.ports[port] = protocol
	case known != protocol && known != protocolTCP:
		e.ports[port] = protocolHTTP
	}
	e.rows = append(e.rows, rows...)
}

// signature is the same for entries with the same ports.
func (e *entry) signature() string {
	var b strings.Builder
	for _, port := range slices.Sorted(maps.Keys(e.ports)) {
		b.WriteString(e.ports[port] + strconv.Itoa(int(port)) + " ")
	}
	return b.String()
}

func (e *entry) resolution(s *Settings) resources.Resolution {
	switch {
	case e.isLiteral():
		return resources.Static
	case len(e.addresses) > 0:
		return resources.None
	case !strings.HasPrefix(e.host, "*."):
		return resources.DNS
	case s.DynamicDNS:
		return resources.DynamicDNS
	default:
		return resources.None
	}
}

// isLiteral tells whether the entry is for requests whose Host is its address. With NONE
// such a Host would reach whatever address the client connects to.
func (e *entry) isLiteral() bool { return len(e.addresses) > 0 && e.hasHTTP() }

func (e *entry) hasHTTP() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(e.ports)), func(p string) bool { return p == protocolHTTP || p == protocolGRPC })
}

// resourceName is one that no other host has: the host, or a single label for what is
// none.
func (e *entry) resourceName() string {
	if e.name != "" {
		return e.name
	}
	if parent, ok := strings.CutPrefix(e.host, "*."); ok {
		return label("wildcard-"+parent, e.host)
	}
	return e.host
}

// label makes a part of a host name of a text. What it loses is made up for by a hash of
// what the text stands for.
func label(text, of string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		default:
			return '-'
		}
	}, text)
	if clean == text && isLabel(clean) && text == of {
		return clean
	}
	hash := sha256.Sum256([]byte(of))
	end := "-" + hex.EncodeToString(hash[:4])
	clean = strings.Trim(clean, "-")
	return strings.TrimRight(clean[:min(len(clean), maxLabel-len(end))], "-") + end
}

// document is the entry as a resource.
func (e *entry) document(s *Settings) Document {
	r := &resources.ServiceEntry{
		Type:     resources.Type{APIVersion: resources.APIVersion, Kind: resources.KindServiceEntry},
		Metadata: resources.Meta{Name: e.resourceName(), Namespace: e.namespace},
		Spec: resources.ServiceEntrySpec{
			Hosts: []string{e.host}, ExportTo: []string{"."}, Location: resources.MeshExternal, Resolution: e.resolution(s),
		},
	}
	if len(e.exportTo) > 0 {
		r.Spec.ExportTo = e.exportTo
	}
	for _, a := range e.addresses {
		text := a.String()
		if a.IsSingleIP() {
			text = a.Addr().String()
		}
		r.Spec.Addresses = append(r.Spec.Addresses, text)
		if e.isLiteral() {
			r.Spec.Endpoints = append(r.Spec.Endpoints, resources.Endpoint{Address: text})
		}
	}
	for _, port := range slices.Sorted(maps.Keys(e.ports)) {
		protocol := e.ports[port]
		r.Spec.Ports = append(r.Spec.Ports, resources.Port{
			Number: uint32(port), Name: strings.ToLower(protocol) + "-" + strconv.Itoa(int(port)), Protocol: protocol,
		})
	}
	return Document{ID: r.ID(), Entry: r, Rows: sortedRows(e.rows), Notes: e.notes(r.Spec.Resolution, s)}
}

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
	if e.hasOthersPorts() {
		notes = append(notes, notePorts)
	}
	return notes
}

// hasOthersPorts tells whether some workload of the entry does not use all its ports. A
// Sidecar keeps a workload from a host, and not from a port of it.
func (e *entry) hasOthersPorts() bool {
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

// sortedRows are copies in the order of rows. A row with several addresses may be there
// for each of them, and counts once.
func sortedRows(rows []*egress.Row) []egress.Row {
	seen := map[egress.Key]bool{}
	var all []egress.Row
	for _, r := range rows {
		if !seen[r.Key] {
			seen[r.Key] = true
			all = append(all, *r)
		}
	}
	return egress.Merge(all)
}
