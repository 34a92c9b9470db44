// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// candidate is a hole with the entry that has it.
type candidate struct {
	hole  Hole
	entry *resources.ServiceEntry
}

// ofEntries are the holes that resources tell.
func ofEntries(entries []resources.ServiceEntry, mesh *resources.Mesh) []candidate {
	tight := tightEntries(entries, mesh)
	var found []candidate
	for i := range entries {
		e := &entries[i]
		for _, h := range ofEntry(e, tight, mesh) {
			h.describe(e)
			found = append(found, candidate{h, e})
		}
	}
	return found
}

func ofEntry(e *resources.ServiceEntry, tight map[uint32][]tightEntry, mesh *resources.Mesh) []Hole {
	if e.Spec.WorkloadSelector != nil && e.Spec.Resolution == resources.None || len(e.Spec.Hosts) == 0 {
		return nil // Istio makes listeners for its workloads only.
	}
	base := Hole{Entry: e.ID(), Host: e.Spec.Hosts[0], Reach: e.Reach(mesh)}
	var holes []Hole
	for _, p := range e.Spec.Ports {
		h := base
		h.Kind, h.Port = ofPort(e, p), uint16(p.Number)
		switch h.Kind {
		case "":
			continue
		case AnyAddress:
			if h.Others = othersOnPort(&h, tight[p.Number]); h.Others != nil {
				h.Kind = OpensPort
			}
		case TakesOver:
			h.Others = othersOnPort(&h, tight[p.Number])
		}
		holes = append(holes, h)
	}
	if base.Reach.All && !isDead(e) {
		h := base
		h.Kind = ExportedToAll
		holes = append(holes, h)
	}
	return holes
}

// isDead tells whether the entry sends nowhere, as the one that only makes names visible.
func isDead(e *resources.ServiceEntry) bool {
	return e.Spec.Resolution == resources.Static && len(e.Spec.Endpoints) == 0 && e.Spec.WorkloadSelector == nil
}

// ofPort is the kind of hole that a port of an entry is, empty if it is none.
func ofPort(e *resources.ServiceEntry, p resources.Port) Kind {
	none := e.Spec.Resolution == resources.None
	switch {
	case isUDP(p):
		return ""
	case p.IsTLS() && hasSingleAddress(e):
		return ServerNameIgnored
	case p.IsHTTP() || p.IsTLS() && !hasAddresses(e):
		if !none {
			return ""
		}
		return forged(e)
	case hasAddresses(e):
		return ""
	case none:
		return AnyAddress
	default:
		return TakesOver
	}
}

// forged is the kind of an entry whose names a client can give to any address.
func forged(e *resources.ServiceEntry) Kind {
	if slices.ContainsFunc(e.Spec.Hosts, resources.IsWildcard) {
		return ForgedWildcard
	}
	return ForgedName
}

// tightEntry is an entry that says less of a port than that it is open.
type tightEntry struct {
	id    resources.ID
	reach resources.Reach
}

func tightEntries(entries []resources.ServiceEntry, mesh *resources.Mesh) map[uint32][]tightEntry {
	tight := map[uint32][]tightEntry{}
	for i := range entries {
		e := &entries[i]
		t := tightEntry{e.ID(), e.Reach(mesh)}
		for _, p := range e.Spec.Ports {
			if k := ofPort(e, p); k != AnyAddress && k != TakesOver && !isUDP(p) {
				tight[p.Number] = append(tight[p.Number], t)
			}
		}
	}
	return tight
}

// othersOnPort are the entries that some namespace sees together with the one of a hole.
func othersOnPort(h *Hole, tight []tightEntry) []resources.ID {
	var others []resources.ID
	for _, t := range tight {
		if t.id != h.Entry && len(others) < maxOthers && meet(h.Reach, t.reach) {
			others = append(others, t.id)
		}
	}
	return others
}

// meet tells whether a namespace can see two entries.
func meet(a, b resources.Reach) bool {
	switch {
	case a.All:
		return b.All || len(b.Namespaces) > 0
	case b.All:
		return len(a.Namespaces) > 0
	default:
		return slices.ContainsFunc(a.Namespaces, b.Includes)
	}
}
