// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// row is a part of a dashboard under a title.
type row struct {
	title  string
	panels []cog.Builder[dashboard.Panel]
}

func (r row) add(b *documentBuilder) *documentBuilder {
	b = b.WithRow(dashboard.NewRowBuilder(r.title))
	for _, p := range r.panels {
		b = b.WithPanel(p)
	}
	return b
}

// build numbers the panels, since links to a panel name its number.
func build(b *documentBuilder, rows ...row) (document, error) {
	for _, r := range rows {
		b = r.add(b)
	}
	built, err := b.Build()
	for i, p := range built.Panels {
		id := uint32(i + 1)
		if p.RowPanel != nil {
			p.RowPanel.Id = id
		} else {
			p.Panel.Id = &id
		}
	}
	return built, err
}
