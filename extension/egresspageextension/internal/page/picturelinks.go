// SPDX-License-Identifier: Apache-2.0

package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

type linkKey struct {
	left, right int
	decision    egress.Decision
}

func drawLinks(rows []egress.Row, left, right *side) []pictureLink {
	counts, most := map[linkKey]int64{}, int64(1)
	for i := range rows {
		k := linkKey{left.at[workloadOf(&rows[i])], right.at[destinationOf(&rows[i])], rows[i].Decision}
		counts[k] += rows[i].Total()
		most = max(most, counts[k])
	}
	keys := make([]linkKey, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b linkKey) int {
		return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.right, b.right), cmp.Compare(a.decision, b.decision))
	})
	links := make([]pictureLink, 0, len(keys))
	for _, k := range keys {
		from, to := left.nodes[k.left], right.nodes[k.right]
		// Links of other decisions between the same nodes stand beside this one.
		y1, y2 := from.Y+offset(k.decision), to.Y+offset(k.decision)
		middle := (leftEdge + rightEdge) / 2
		links = append(links, pictureLink{
			Path:     fmt.Sprintf("M%d %d C%d %d %d %d %d %d", leftEdge, y1, middle, y1, middle, y2, rightEdge, y2),
			Width:    stroke(counts[k], most),
			Decision: k.decision,
			Title:    fmt.Sprintf("%s to %s: %d %s", from.Label, to.Label, counts[k], k.decision),
		})
	}
	return links
}

// stroke grows with the logarithm of a count: one attempt must be seen beside a
// million.
func stroke(count, most int64) float64 {
	if most <= 1 {
		return 2
	}
	w := 1.5 + (maxStroke-1.5)*math.Log(float64(max(count, 1)))/math.Log(float64(most))
	return math.Round(w*10) / 10
}

func offset(d egress.Decision) int { return 6 * (int(d) - int(egress.Passed)) }

func workloadOf(r *egress.Row) string { return r.Source.String() }

func linkToWorkload(r *egress.Row) string {
	if r.Source == (egress.Source{}) {
		return ""
	}
	return workloadSummary{Source: r.Source}.All()
}

func destinationOf(r *egress.Row) string {
	if r.Overflow {
		return "beyond the limit of rows"
	}
	return r.Destination
}

func linkToDestination(r *egress.Row) string {
	if r.Overflow {
		return ""
	}
	return request{Query: egress.Query{Destination: r.Destination, Sort: egress.BySource}}.link()
}
