// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// key is a column of a label.
type key struct {
	label, title string
	// link is where a value leads to, if it is set.
	link *dashboard.DashboardLinkBuilder
}

// column is a column of numbers: what an expression gives for the keys of a line.
type column struct {
	expr, title, unit string
}

// lines shows one line for each set of labels. The columns' expressions are joined by
// their labels. The first column sorts the lines, and has a number in each: Grafana
// names the numbers of a query by its letter only if more than one query has some.
func lines(p panel, keys []key, columns ...column) cog.Builder[dashboard.Panel] {
	b := describe(table.NewPanelBuilder(), p, height).
		Filterable(true).
		// Grafana wants a list of reducers, even for a footer that is not shown.
		Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{})).
		SortBy([]cog.Builder[common.TableSortByFieldState]{
			common.NewTableSortByFieldStateBuilder().DisplayName(columns[0].title).Desc(true),
		}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
		WithTransformation(organize(keys, columns))
	for i, c := range columns {
		b = b.WithTarget(target(i, query{expr: c.expr}, true).Format(prometheus.PromQueryFormatTable))
		if c.unit != p.unit {
			b = b.OverrideByName(c.title, []dashboard.DynamicConfigValue{{Id: "unit", Value: c.unit}})
		}
	}
	for _, k := range keys {
		if k.link != nil {
			link, err := k.link.Build()
			if err != nil {
				b = b.RecordError(k.title, err)
			}
			b = b.OverrideByName(k.title, []dashboard.DynamicConfigValue{{Id: "links", Value: []dashboard.DashboardLink{link}}})
		}
	}
	return b
}

// valueField is what Grafana calls the numbers of a query.
func valueField(i, columns int) string {
	if columns == 1 {
		return "Value"
	}
	return "Value #" + refID(i)
}

// organize names and orders the columns. The time is that of the query.
func organize(keys []key, columns []column) dashboard.DataTransformerConfig {
	names, order := map[string]string{}, map[string]int{}
	for _, k := range keys {
		names[k.label] = k.title
		order[k.label] = len(order)
	}
	for i, c := range columns {
		field := valueField(i, len(columns))
		names[field] = c.title
		order[field] = len(order)
	}
	return dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{
		"excludeByName": map[string]bool{"Time": true},
		"indexByName":   order,
		"renameByName":  names,
	}}
}
