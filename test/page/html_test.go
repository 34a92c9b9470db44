// SPDX-License-Identifier: Apache-2.0

package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cells are the texts of a column of a table's body. Of a row that can be opened it is
// the summary.
func cells(t *testing.T, tbody string, column int) (all []string) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(tbody), &html.Node{Type: html.ElementNode, Data: "table", DataAtom: atom.Table})
	require.NoError(t, err)
	for _, n := range nodes {
		for tr := range n.Descendants() {
			if tr.DataAtom != atom.Tr {
				continue
			}
			at := 0
			for td := range tr.ChildNodes() {
				if td.DataAtom != atom.Td && td.DataAtom != atom.Th {
					continue
				}
				if at == column {
					all = append(all, text(td))
				}
				at++
			}
		}
	}
	return all
}

func text(n *html.Node) string {
	for d := range n.Descendants() {
		if d.DataAtom == atom.Summary {
			return text(d)
		}
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
