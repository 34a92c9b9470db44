// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Query says which rows somebody asks for. Empty fields ask for all.
type Query struct {
	Namespace, Workload string
	// Destination is a part of the destination's name or of an address.
	Destination string
	Decision    Decision
	Traffic     Traffic
	Port        uint16
	// OtherPorts asks for rows of other ports.
	OtherPorts bool
	Grade      Grade
	// NewSince asks for rows that were first seen then or later.
	NewSince time.Time
	// SeenSince asks for rows that were last seen then or later.
	SeenSince time.Time
	// Text is a part of any text of the row.
	Text string

	Sort       Column
	Descending bool
}

// Column is what rows can be sorted by.
type Column string

// The columns.
const (
	BySource      Column = "source"
	ByDestination Column = "destination"
	ByPort        Column = "port"
	ByTraffic     Column = "traffic"
	ByDecision    Column = "decision"
	ByCount       Column = "count"
	BySentBytes   Column = "sent_bytes"
	ByReceived    Column = "received_bytes"
	ByFirstSeen   Column = "first_seen"
	ByLastSeen    Column = "last_seen"
)

var compareBy = map[Column]func(a, b *Row) int{
	BySource:      func(*Row, *Row) int { return 0 }, // the order of keys
	ByDestination: func(a, b *Row) int { return strings.Compare(a.Destination, b.Destination) },
	ByPort:        func(a, b *Row) int { return cmp.Compare(a.portOrder(), b.portOrder()) },
	ByTraffic:     func(a, b *Row) int { return cmp.Compare(a.Traffic, b.Traffic) },
	ByDecision:    func(a, b *Row) int { return cmp.Compare(a.Decision, b.Decision) },
	ByCount:       func(a, b *Row) int { return cmp.Compare(a.Total(), b.Total()) },
	BySentBytes:   func(a, b *Row) int { return cmp.Compare(a.SentBytes, b.SentBytes) },
	ByReceived:    func(a, b *Row) int { return cmp.Compare(a.ReceivedBytes, b.ReceivedBytes) },
	ByFirstSeen:   func(a, b *Row) int { return a.FirstSeen.Compare(b.FirstSeen) },
	ByLastSeen:    func(a, b *Row) int { return a.LastSeen.Compare(b.LastSeen) },
}

// ParseColumn reads the name of a column. Empty is BySource.
func ParseColumn(name string) (Column, error) {
	if name == "" {
		return BySource, nil
	}
	if _, ok := compareBy[Column(name)]; !ok {
		return "", fmt.Errorf("no column to sort by is called %q", name)
	}
	return Column(name), nil
}

// Select returns the rows that the query asks for, in its order. Rows that are
// equal in it stand in the order of their keys. They are those of the index, and must
// not be changed.
func (x *Index) Select(q Query) []*Row {
	q.Destination, q.Text = strings.ToLower(q.Destination), strings.ToLower(q.Text)
	var selected []*Row
	for i := range x.rows {
		if r := &x.rows[i]; q.matches(r) && (q.Grade == "" || x.Grade(r) == q.Grade) {
			selected = append(selected, r)
		}
	}
	compare := compareBy[q.Sort]
	if compare == nil {
		compare = compareBy[BySource]
	}
	slices.SortFunc(selected, func(a, b *Row) int {
		by := compare(a, b)
		if by == 0 {
			by = compareKeys(&a.Key, &b.Key)
		}
		if q.Descending {
			return -by
		}
		return by
	})
	return selected
}

// matches tells whether a row is asked for, but for its grade. The texts of the query
// are in lower case.
func (q *Query) matches(r *Row) bool {
	return (q.Namespace == "" || q.Namespace == r.Source.Namespace) &&
		(q.Workload == "" || q.Workload == r.Source.Workload) &&
		(q.Decision == NoDecision || q.Decision == r.Decision) &&
		(q.Traffic == NoTraffic || q.Traffic == r.Traffic) &&
		(q.Port == 0 || q.Port == r.Port || r.OtherPorts) && // which may have that port
		(!q.OtherPorts || r.OtherPorts) &&
		(q.NewSince.IsZero() || !r.FirstSeen.Before(q.NewSince)) &&
		(q.SeenSince.IsZero() || !r.LastSeen.Before(q.SeenSince)) &&
		(q.Destination == "" || r.goesTo(q.Destination)) &&
		(q.Text == "" || r.has(q.Text))
}

// goesTo tells whether a text is a part of the destination.
func (r *Row) goesTo(lower string) bool {
	return contains(r.Destination, lower) || slices.ContainsFunc(r.Addresses, func(a string) bool { return contains(a, lower) })
}

// has tells whether a text is a part of any text of the row.
func (r *Row) has(lower string) bool {
	return r.goesTo(lower) || contains(r.Source.Namespace, lower) || contains(r.Source.Workload, lower) ||
		contains(r.Source.App, lower) || contains(r.Entry, lower) ||
		slices.ContainsFunc(r.ClientNames, func(name string) bool { return contains(name, lower) })
}

func contains(s, lower string) bool { return strings.Contains(strings.ToLower(s), lower) }
