// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Units, as Grafana names them.
const (
	unitNumber         = "short"
	unitPerSecond      = "cps"
	unitRequests       = "reqps"
	unitBytes          = "bytes"
	unitBytesPerSecond = "Bps"
	unitShare          = "percentunit"
	unitSeconds        = "s"
	unitTime           = "dateTimeAsIso"
)

// The grid has 24 columns.
const (
	fullWidth  = 24
	halfWidth  = 12
	thirdWidth = 8
	statHeight = 4
	height     = 8
)

// panel is what every panel says of itself.
type panel struct {
	title, description, unit string
	width                    uint32
}

// query is an expression and how its series are named, {{label}} for a label's value.
type query struct {
	expr, legend string
}

// Each panel builder of the SDK is a type of its own, with the same methods.
type builder[B any] interface {
	Title(string) B
	Description(string) B
	Datasource(common.DataSourceRef) B
	Unit(string) B
	Span(uint32) B
	Height(uint32) B
	WithTarget(cog.Builder[variants.Dataquery]) B
}

// describe fills in what is said alike of panels of all types.
func describe[B builder[B]](b B, p panel, rows uint32) B {
	return b.Title(p.title).Description(p.description).Unit(p.unit).Datasource(source()).Span(p.width).Height(rows)
}

// refID numbers the queries of a panel as Grafana does: A, B, C.
func refID(i int) string { return string(rune('A' + i)) }

// target asks for a range, or for one moment if it is instant.
func target(i int, q query, instant bool) *prometheus.DataqueryBuilder {
	b := prometheus.NewDataqueryBuilder().RefId(refID(i)).Datasource(source()).Expr(q.expr).LegendFormat(q.legend)
	if instant {
		return b.Instant()
	}
	return b.Range()
}

// overTime draws series over time.
func overTime(p panel, queries ...query) cog.Builder[dashboard.Panel] {
	b := describe(timeseries.NewPanelBuilder(), p, height).
		FillOpacity(10).
		ShowPoints(common.VisibilityModeAuto).
		Min(0).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)).
		Legend(common.NewVizLegendOptionsBuilder().
			DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).ShowLegend(true))
	for i, q := range queries {
		b = b.WithTarget(target(i, q, false))
	}
	return b
}

// number shows how things stand at the end of the time range.
func number(p panel, q query) cog.Builder[dashboard.Panel] {
	return describe(stat.NewPanelBuilder(), p, statHeight).
		GraphMode(common.BigValueGraphModeNone).
		ReduceOptions(last()).
		WithTarget(target(0, q, true))
}

// bars compare series at the end of the time range.
func bars(p panel, queries ...query) cog.Builder[dashboard.Panel] {
	b := describe(bargauge.NewPanelBuilder(), p, height).
		Orientation(common.VizOrientationHorizontal).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		Min(0).
		ReduceOptions(last())
	for i, q := range queries {
		b = b.WithTarget(target(i, q, true))
	}
	return b
}

func last() *common.ReduceDataOptionsBuilder {
	return common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})
}
