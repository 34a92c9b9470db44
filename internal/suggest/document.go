// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

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
