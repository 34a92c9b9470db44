// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"cmp"
	"slices"
	"strings"
)

// Merge joins the rows of several gateways: counts are added, the earliest first
// and the latest last time stand. Rows are sorted by key.
func Merge(all ...[]Row) []Row {
	if len(all) == 1 {
		return sorted(all[0]) // a gateway has each key once
	}
	found := map[Key]int{}
	var rows []Row
	for _, some := range all {
		for i := range some {
			at, ok := found[some[i].Key]
			if !ok {
				found[some[i].Key] = len(rows)
				rows = append(rows, some[i])
				continue
			}
			rows[at].merge(&some[i])
		}
	}
	return sorted(rows)
}

// sorted returns rows by their keys. Pointers are sorted: a row is large.
func sorted(rows []Row) []Row {
	order := make([]*Row, len(rows))
	for i := range rows {
		order[i] = &rows[i]
	}
	slices.SortFunc(order, func(a, b *Row) int { return compareKeys(&a.Key, &b.Key) })
	all := make([]Row, len(rows))
	for i, r := range order {
		all[i] = *r
	}
	return all
}

func (r *Row) merge(o *Row) {
	r.Add(o.Counts)
	r.Days = r.Days.And(r.LastSeen.UnixNano(), o.Days, o.LastSeen.UnixNano())
	if o.FirstSeen.Before(r.FirstSeen) {
		r.FirstSeen = o.FirstSeen
	}
	if o.LastSeen.After(r.LastSeen) {
		r.LastSeen = o.LastSeen
	}
	own, other := r.Lists(), o.Lists()
	own = own.Clone() // they may be those of another row, too
	own.Merge(&other)
	r.SetLists(own)
}

// compareKeys sorts rows by what a reader looks for first.
func compareKeys(a, b *Key) int {
	return cmp.Or(
		a.Source.Compare(b.Source),
		strings.Compare(a.Destination, b.Destination),
		cmp.Compare(a.portOrder(), b.portOrder()),
		cmp.Compare(a.Traffic, b.Traffic),
		cmp.Compare(a.Decision, b.Decision),
		cmp.Compare(a.NameSource, b.NameSource),
		strings.Compare(a.Entry, b.Entry),
	)
}
