// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// ofEntry are the holes of an entry. all are the entries that it stands beside.
func ofEntry(e *resources.ServiceEntry, all []resources.ServiceEntry, mesh *resources.Mesh) []Hole {
	if e.Spec.WorkloadSelector != nil && e.Spec.Resolution == resources.None || len(e.Spec.Hosts) == 0 {
		return nil // Istio makes listeners for its workloads only.
	}
	base := Hole{Entry: e.ID(), Host: e.Spec.Hosts[0], Reach: e.Reach(mesh)}
	var holes []Hole
	for _, p := range e.Spec.Ports {
		kind := ofPort(e, p)
		if kind == "" {
			continue
		}
		h := base
		h.Kind, h.Port = kind, uint16(p.Number)
		if kind == AnyAddress || kind == TakesOver {
			h.Others = othersOnPort(e, p.Number, all, mesh)
		}
		if kind == AnyAddress && len(h.Others) > 0 {
			h.Kind = OpensPort
		}
		h.describe(e)
		holes = append(holes, h)
	}
	if base.Reach.All {
		h := base
		h.Kind = ExportedToAll
		h.describe(e)
		holes = append(holes, h)
	}
	return holes
}

// ofPort is the kind of hole that a port of an entry is, empty if it is none.
func ofPort(e *resources.ServiceEntry, p resources.Port) Kind {
	none := e.Spec.Resolution == resources.None
	switch protocol := strings.ToLower(p.Protocol); {
	case protocol == "udp":
		return ""
	case isTLS(protocol) && hasSingleAddress(e):
		return ServerNameIgnored
	case isHTTP(protocol) || isTLS(protocol) && !hasAddresses(e):
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

// hasAddresses tells whether an entry is bound to addresses. A network that has all
// addresses binds it to none.
func hasAddresses(e *resources.ServiceEntry) bool {
	return len(e.Spec.Addresses) > 0 &&
		!slices.ContainsFunc(e.Spec.Addresses, func(a string) bool { return strings.HasSuffix(a, "/0") })
}

// hasSingleAddress tells whether an entry has an address that is no network: the port at
// it is the entry's alone. In a network, Istio tells entries apart by their names.
func hasSingleAddress(e *resources.ServiceEntry) bool {
	return slices.ContainsFunc(e.Spec.Addresses, func(text string) bool {
		if n, err := netip.ParsePrefix(text); err == nil {
			return n.IsSingleIP()
		}
		return true
	})
}

func isTLS(protocol string) bool { return protocol == "tls" || protocol == "https" }

func isHTTP(protocol string) bool {
	return slices.Contains([]string{"http", "http2", "grpc", "grpc-web"}, protocol)
}

// othersOnPort are entries that say less of a port, and that some namespace sees
// together with e.
func othersOnPort(e *resources.ServiceEntry, port uint32, all []resources.ServiceEntry, mesh *resources.Mesh) []resources.ID {
	reach := e.Reach(mesh)
	var others []resources.ID
	for i := range all {
		o := &all[i]
		if o.ID() == e.ID() || len(others) == maxOthers || !meet(reach, o.Reach(mesh)) {
			continue
		}
		if slices.ContainsFunc(o.Spec.Ports, func(p resources.Port) bool {
			return p.Number == port && ofPort(o, p) != AnyAddress && ofPort(o, p) != TakesOver
		}) {
			others = append(others, o.ID())
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
