// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

// use is a row of traffic that an entry let through.
type use struct {
	row *egress.Row
	// otherName is true if the client named another host than that of the entry.
	otherName bool
	// otherAddress is true if it is proven to the workload that the address is that of
	// another host.
	otherAddress bool
	// explained is true if a hole of the resources tells why it went through.
	explained bool
}

// uses are the rows by the host and port of the entry that let them through.
type uses map[useKey][]*use

type useKey struct {
	host       string
	port       uint16
	otherPorts bool
}

func usesOf(rows []egress.Row, names whatif.ProvenNames) uses {
	u := uses{}
	for i := range rows {
		r := &rows[i]
		if r.Decision != egress.Allowed || r.Entry == "" || r.Overflow {
			continue
		}
		host := resources.NormalHost(r.Entry)
		k := useKey{host, r.Port, r.OtherPorts}
		u[k] = append(u[k], &use{row: r, otherName: hasOtherName(host, r), otherAddress: hasOtherAddress(host, r, names)})
	}
	return u
}

// beyond tells whether the traffic was not meant for the host of the entry.
func (x *use) beyond() bool { return x.otherName || x.otherAddress }

func hasOtherName(host string, r *egress.Row) bool {
	if r.NameSource == egress.EntryMismatch || len(r.ClientNames) > 0 {
		return true
	}
	if r.NameSource != egress.NameOfServer && r.NameSource != egress.NameOfHost {
		return false
	}
	name := resources.NormalHost(r.Destination)
	_, err := netip.ParseAddr(name)
	return err != nil && !resources.Covers(host, name)
}

func hasOtherAddress(host string, r *egress.Row, names whatif.ProvenNames) bool {
	w, _ := whatif.WorkloadOf(r.Source)
	return slices.ContainsFunc(r.Addresses, func(text string) bool {
		a, err := netip.ParseAddr(text)
		known := names.At(a.Unmap(), &w)
		_, others := known.Has(host)
		return err == nil && others
	})
}

// fill adds to a hole the workloads that used its entry.
func (u uses) fill(h *Hole, e *resources.ServiceEntry) {
	var found []*use
	for _, host := range e.Spec.Hosts {
		host = resources.NormalHost(host)
		for _, p := range e.Spec.Ports {
			if h.Port != 0 && uint16(p.Number) != h.Port {
				continue
			}
			found = append(found, u[useKey{host: host, port: uint16(p.Number)}]...)
		}
		found = append(found, u[useKey{host: host, otherPorts: true}]...)
	}
	found = slices.DeleteFunc(found, func(x *use) bool { return !h.concerns(x) })
	for _, x := range found {
		if x.beyond() && h.Kind != ExportedToAll && isOfPort(x, e) {
			x.explained, h.Used = true, true
		}
	}
	h.Users, h.MoreUsers = usersOf(found)
}

// isOfPort tells whether a row is known to be one of the port of a hole. A row of other
// ports may be one of any port of the entry. So it is evidence if there is one port only.
func isOfPort(x *use, e *resources.ServiceEntry) bool {
	return !x.row.OtherPorts || len(e.Spec.Ports) == 1
}

// concerns tells whether a workload used the hole of an entry, or would be touched by
// its end.
func (h *Hole) concerns(x *use) bool {
	namespace := x.row.Source.Namespace
	if !h.Reach.Includes(namespace) {
		return false
	}
	return h.Kind != ExportedToAll || namespace != h.Entry.Namespace
}

// unexplained are holes that the traffic alone tells.
func (u uses) unexplained(set *resources.Set) []Hole {
	byHost := map[string]*resources.ServiceEntry{}
	for i := range set.ServiceEntries {
		for _, host := range set.ServiceEntries[i].Spec.Hosts {
			byHost[resources.NormalHost(host)] = &set.ServiceEntries[i]
		}
	}
	var holes []Hole
	for k, list := range u {
		var found []*use
		for _, x := range list {
			if x.otherName && !x.explained {
				found = append(found, x)
			}
		}
		if found == nil {
			continue
		}
		h := Hole{Kind: OtherName, Host: k.host, Port: k.port, OtherPorts: k.otherPorts, Used: true}
		if e := byHost[k.host]; e != nil {
			h.Entry, h.Reach = e.ID(), e.Reach(set.Mesh)
		}
		h.describe(nil)
		h.Users, h.MoreUsers = usersOf(found)
		holes = append(holes, h)
	}
	return holes
}
