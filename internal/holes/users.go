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
