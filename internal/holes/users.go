// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"cmp"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// usersOf are the workloads of rows, those with traffic beyond the entry first.
func usersOf(found []*use) (users []User, more bool) {
	slices.SortStableFunc(found, func(a, b *use) int { return trueFirst(a.beyond(), b.beyond()) })
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
		return cmp.Or(trueFirst(a.Beyond, b.Beyond), a.Source.Compare(b.Source))
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
	u.Total = egress.AddSaturating(u.Total, x.row.Total())
	for _, name := range destinationsOf(x.row) {
		if len(u.Destinations) < MaxDestinations && !slices.Contains(u.Destinations, name) {
			u.Destinations = append(u.Destinations, name)
		}
	}
}

// destinationsOf are what the clients of a row named, else where it went. The host of the
// entry says nothing here.
func destinationsOf(r *egress.Row) []string {
	isEntry := r.NameSource == egress.NameOfEntry || r.NameSource == egress.EntryMismatch
	switch {
	case len(r.ClientNames) > 0:
		return r.ClientNames
	case isEntry && len(r.Addresses) > 0:
		return r.Addresses
	default:
		return []string{r.Destination}
	}
}
