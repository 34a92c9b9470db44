// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

var (
	legendLabel = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)
	linkField   = regexp.MustCompile(`\$\{__data\.fields\.(\w+)\}`)
	fieldLabel  = regexp.MustCompile(`^[a-z_]+$`)
)

// parse reads PromQL as Prometheus does.
func parse(t *testing.T, expr string) parser.Expr {
	t.Helper()
	parsed, err := promQL.ParseExpr(expr)
	require.NoError(t, err, expr)
	return parsed
}

// missingLabels are those that a query groups by and what it groups does not have, and
// those that a legend or a column names and no row of the answer has.
func missingLabels(t *testing.T, prometheus *promclient.Client, a answer) (missing []string) {
	t.Helper()
	parser.Inspect(parse(t, a.expr), func(node parser.Node, _ []parser.Node) error {
		if aggregate, ok := node.(*parser.AggregateExpr); ok {
			grouped, err := prometheus.Query(t.Context(), aggregate.Expr.String())
			require.NoError(t, err)
			missing = append(missing, without(grouped, aggregate.Grouping)...)
		}
		return nil
	})
	var named []string
	for _, found := range legendLabel.FindAllStringSubmatch(a.target.LegendFormat, -1) {
		named = append(named, found[1])
	}
	for field := range columnsOf(a.panel) {
		if fieldLabel.MatchString(field) {
			named = append(named, field)
		}
	}
	return append(missing, without(a.rows, named)...)
}

// without are the labels that no row has.
func without(rows promclient.Vector, labels []string) []string {
	return slices.DeleteFunc(slices.Clone(labels), func(label string) bool {
		return slices.ContainsFunc(rows, func(row promclient.Sample) bool { return row.Labels[label] != "" })
	})
}

// columnsOf are the titles of a table's columns, by the names of their fields.
func columnsOf(p panel) map[string]string {
	for _, tr := range p.Transformations {
		if tr.ID == "organize" {
			return tr.Options.RenameByName
		}
	}
	return nil
}

// Links of a cell name columns by their titles, and so do overrides.
func TestColumnsOfTables(t *testing.T) {
	for file, d := range ours(t) {
		for _, p := range d.panels() {
			titles := slices.Collect(maps.Values(columnsOf(p)))
			for _, override := range p.FieldConfig.Overrides {
				assert.Contains(t, titles, override.Matcher.Options, "%s: %s", file, p.Title)
				for _, property := range override.Properties {
					text, err := json.Marshal(property.Value)
					require.NoError(t, err)
					for _, field := range linkField.FindAllStringSubmatch(string(text), -1) {
						assert.Contains(t, titles, field[1], "%s: %s", file, p.Title)
					}
				}
			}
		}
	}
}
