// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

// Find finds the holes of the entries, with the workloads that used them, and those that
// only the traffic tells. Holes with evidence come first, then the widest.
func Find(set *resources.Set, rows []egress.Row, names whatif.ProvenNames) []Hole {
	u := usesOf(rows, names)
	var holes []Hole
	for _, c := range ofEntries(set.ServiceEntries, set.Mesh) {
		u.fill(&c.hole, c.entry)
		holes = append(holes, c.hole)
	}
	holes = append(holes, u.unexplained(set)...)
	slices.SortStableFunc(holes, func(a, b Hole) int {
		return cmp.Or(
			trueFirst(a.Used, b.Used),
			cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
			strings.Compare(a.Entry.Namespace, b.Entry.Namespace),
			strings.Compare(a.Entry.Name, b.Entry.Name),
			strings.Compare(a.Host, b.Host),
			trueFirst(b.OtherPorts, a.OtherPorts),
			cmp.Compare(a.Port, b.Port),
		)
	})
	return holes
}

// trueFirst compares so that what is true comes first.
func trueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}
