// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

// use is a row of traffic that an entry let through.
type use struct {
	row *egress.Row
	// otherName is true if the client named another host than that of the entry.
	otherName bool
	// otherAddress is true if the address is known to be that of another host.
	otherAddress bool
	// explained is true if a hole of the resources tells why it went through.
	explained bool
}

// uses are the rows by the host and port of the entry that let them through.
type uses map[useKey][]*use

type useKey struct {
	host string
	port uint16
}

func usesOf(rows []egress.Row, owners whatif.Owners) uses {
	u := uses{}
	for i := range rows {
		r := &rows[i]
		if r.Decision != egress.Allowed || r.Entry == "" || r.Overflow {
			continue
		}
		host := resources.NormalHost(r.Entry)
		k := useKey{host, r.Port}
		u[k] = append(u[k], &use{row: r, otherName: hasOtherName(host, r), otherAddress: hasOtherAddress(host, r, owners)})
	}
	return u
}

// beyond tells whether the traffic was not meant for the host of the entry.
func (x *use) beyond() bool { return x.otherName || x.otherAddress }

func hasOtherName(host string, r *egress.Row) bool {
	if r.NameSource != egress.NameOfServer && r.NameSource != egress.NameOfHost {
		return false
	}
	name := resources.NormalHost(r.Destination)
	_, err := netip.ParseAddr(name)
	return err != nil && !resources.Covers(host, name)
}

func hasOtherAddress(host string, r *egress.Row, owners whatif.Owners) bool {
	return slices.ContainsFunc(r.Addresses, func(text string) bool {
		a, err := netip.ParseAddr(text)
		names := owners[a.Unmap()]
		return err == nil && len(names) > 0 &&
			!slices.ContainsFunc(names, func(n string) bool { return resources.Covers(host, n) })
	})
}

// fill adds to a hole the workloads that used its entry.
func (u uses) fill(h *Hole, set *resources.Set) {
	i := slices.IndexFunc(set.ServiceEntries, func(e resources.ServiceEntry) bool { return e.ID() == h.Entry })
	e := &set.ServiceEntries[i]
	var found []*use
	for _, host := range e.Spec.Hosts {
		for _, p := range e.Spec.Ports {
			if h.Port != 0 && uint16(p.Number) != h.Port {
				continue
			}
			found = append(found, u[useKey{resources.NormalHost(host), uint16(p.Number)}]...)
		}
	}
	found = slices.DeleteFunc(found, func(x *use) bool { return !h.concerns(x) })
	for _, x := range found {
		if x.beyond() && h.Kind != ExportedToAll {
			x.explained, h.Used = true, true
		}
	}
	h.Users, h.MoreUsers = usersOf(found)
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
		h := Hole{Kind: OtherName, Host: k.host, Port: k.port, Used: true}
		for i := range set.ServiceEntries {
			e := &set.ServiceEntries[i]
			if h.Entry == (resources.ID{}) && slices.ContainsFunc(e.Spec.Hosts, func(s string) bool { return resources.NormalHost(s) == k.host }) {
				h.Entry, h.Reach = e.ID(), e.Reach(set.Mesh)
			}
		}
		h.describe(nil)
		h.Users, h.MoreUsers = usersOf(found)
		holes = append(holes, h)
	}
	return holes
}

// usersOf are the workloads of rows, those with traffic beyond the entry first.
func usersOf(found []*use) (users []User, more bool) {
	slices.SortStableFunc(found, func(a, b *use) int { return -compareBools(a.beyond(), b.beyond()) })
	at := map[egress.Source]int{}
	for _, x := range found {
		i, ok := at[x.row.Source]
		if !ok {
			i = len(users)
			at[x.row.Source] = i
			users = append(users, User{Source: x.row.Source})
		}
		users[i].add(x)
	}
	slices.SortFunc(users, func(a, b User) int {
		return cmp.Or(
			-compareBools(a.Beyond, b.Beyond),
			strings.Compare(a.Source.Namespace, b.Source.Namespace),
			strings.Compare(a.Source.Workload, b.Source.Workload),
			strings.Compare(a.Source.App, b.Source.App),
		)
	})
	if len(users) > MaxUsers {
		return users[:MaxUsers], true
	}
	return users, false
}

func (u *User) add(x *use) {
	u.Beyond = u.Beyond || x.beyond()
	if u.LastSeen.Before(x.row.LastSeen) {
		u.LastSeen = x.row.LastSeen
	}
	u.Total = egress.Counts{Requests: u.Total, Connections: x.row.Total()}.Total()
	names := []string{x.row.Destination}
	if x.row.NameSource == egress.NameOfEntry && len(x.row.Addresses) > 0 {
		names = x.row.Addresses // The name is that of the entry, which says nothing here.
	}
	for _, name := range names {
		if len(u.Destinations) < MaxDestinations && !slices.Contains(u.Destinations, name) {
			u.Destinations = append(u.Destinations, name)
		}
	}
}
