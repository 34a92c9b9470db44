// SPDX-License-Identifier: Apache-2.0

package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// maxNodes is the most workloads, and the most destinations, in the picture. All
// others are one node.
const maxNodes = 12

// Measures of the picture, in units of its view box.
const (
	pictureWidth = 960
	nodeHeight   = 24
	nodeGap      = 8
	topMargin    = 28
	leftEdge     = 340
	rightEdge    = 620
	maxStroke    = 10
)

// picture shows who goes where: workloads on the left, destinations on the right.
type picture struct {
	Width, Height int
	Left, Right   []node
	Links         []pictureLink
}

// node is a workload or a destination.
type node struct {
	Label string
	Count int64
	// Y is the middle of the node.
	Y int
	// Link is empty for the node of all others.
	Link string
}

// pictureLink is the traffic between two nodes with one decision.
type pictureLink struct {
	Path     string
	Width    float64
	Decision egress.Decision
	Title    string
}

// side is one column of the picture while it is made.
type side struct {
	counts map[string]int64
	// rows have one row of each name: a link is made for a name that is shown only.
	rows  map[string]*egress.Row
	nodes []node
	at    map[string]int
}

func (s *side) add(name string, r *egress.Row) {
	if s.counts == nil {
		s.counts, s.rows = map[string]int64{}, map[string]*egress.Row{}
	}
	s.counts[name] += r.Total()
	s.rows[name] = r
}

// layOut makes nodes of the names with the most traffic, and one of all others. A link
// leads to the rows of a name; it is empty if no query asks for them.
func (s *side) layOut(what string, link func(*egress.Row) string) {
	names := make([]string, 0, len(s.counts))
	for n := range s.counts {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.counts[b], s.counts[a]), strings.Compare(a, b))
	})
	s.at = make(map[string]int, len(names))
	for i, n := range names {
		if i < maxNodes || len(names) == maxNodes+1 {
			s.nodes = append(s.nodes, node{Label: shorten(n), Link: link(s.rows[n])})
		} else if i == maxNodes {
			s.nodes = append(s.nodes, node{Label: fmt.Sprintf("%d other %s", len(names)-maxNodes, what)})
		}
		at := len(s.nodes) - 1
		s.nodes[at].Count += s.counts[n]
		s.at[n] = at
	}
}

// place spreads the nodes over the height of the picture.
func (s *side) place(height int) {
	for i := range s.nodes {
		s.nodes[i].Y = topMargin + (height-topMargin)*(2*i+1)/(2*len(s.nodes))
	}
}

// maxLabel is the most characters of a label: what fits beside the links.
const maxLabel = 42

// shorten keeps the beginning and the end of a name: that of a host tells whose it is.
func shorten(name string) string {
	r := []rune(name)
	if len(r) <= maxLabel {
		return name
	}
	return string(r[:maxLabel/2]) + "…" + string(r[len(r)-(maxLabel-maxLabel/2-1):])
}

// drawPicture lays the picture out.
func drawPicture(rows []egress.Row) picture {
	var left, right side
	for i := range rows {
		r := &rows[i]
		left.add(workloadOf(r), r)
		right.add(destinationOf(r), r)
	}
	left.layOut("workloads", linkToWorkload)
	right.layOut("destinations", linkToDestination)
	p := picture{Width: pictureWidth, Left: left.nodes, Right: right.nodes}
	p.Height = topMargin + max(len(p.Left), len(p.Right), 1)*(nodeHeight+nodeGap)
	left.place(p.Height)
	right.place(p.Height)
	p.Links = drawLinks(rows, &left, &right)
	return p
}
