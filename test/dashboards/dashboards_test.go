// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"os"
	"regexp"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"
)

// Why a query returns nothing for the recorded traffic.
const (
	noRefusal  = "the metric begins with the first refusal"
	noOverflow = "no record is beyond a limit; see TestAnswersBeyondLimits"
	noFailure  = "the metric begins with the first failure"
	noForgery  = "the metric begins with the first such record"
)

// noRows are the queries that return nothing, with the reason.
var noRows = map[string]map[string]string{
	"egress.json": {
		"Readiness by namespace E": noOverflow,
	},
	"gateway.json": {
		"Refused B":                      noRefusal,
		"Refused C":                      noRefusal,
		"Refused D":                      noRefusal,
		"Repaired, removed, ambiguous B": noForgery,
		"Repaired, removed, ambiguous C": noForgery,
		"Repaired, removed, ambiguous D": noForgery,
		"Records beyond a limit A":       noOverflow,
		"Records beyond a limit B":       noOverflow,
		"Flushes C":                      noFailure,
		"Flushes D":                      noFailure,
		"Failures of the storage A":      noFailure,
		"Failures of the storage B":      noFailure,
		"Failures of the storage C":      noFailure,
		"Stored states set aside A":      noFailure,
		"Stored states set aside B":      noFailure,
		"Stored states set aside C":      noFailure,
	},
}

// rowsDepend are queries whose rows are not the same each time, with the reason.
var rowsDepend = map[string]string{
	"First contacts A": "how many first contacts are too many depends on how fast the records come",
}

// TestAnswers asks all that the dashboards, and Istio's and Kiali's, ask.
func TestAnswers(t *testing.T) {
	t.Parallel()
	g := recorded(t)
	prometheus := g.prometheus
	for file, d := range ours(t) {
		t.Run(file, func(t *testing.T) {
			answers := ask(t, prometheus, d, d.all())
			testRows(t, prometheus, file, answers)
			testFirstColumn(t, answers)
			testVariables(t, prometheus, d)
		})
	}
	t.Run("page", func(t *testing.T) {
		rows, err := pageclient.Rows(t.Context(), g.Page, nil)
		require.NoError(t, err)
		testNumbers(t, prometheus, rows)
	})
	t.Run("account", func(t *testing.T) { testAccount(t, prometheus) })
	t.Run("Istio", func(t *testing.T) { testIstio(t, prometheus) })
	t.Run("Kiali", func(t *testing.T) { testKiali(t, prometheus) })
}

// TestAnswersBeyondLimits asks what returns nothing as long as there is room.
func TestAnswersBeyondLimits(t *testing.T) {
	t.Parallel()
	prometheus := overflowed(t).prometheus
	asked := 0
	for file, d := range ours(t) {
		for _, a := range ask(t, prometheus, d, d.all()) {
			if noRows[file][a.name()] == noOverflow {
				asked++
				require.NotEmpty(t, a.rows, a.name())
				assert.Empty(t, missingLabels(t, prometheus, a), a.name())
				assert.Positive(t, a.rows.Sum(), a.name())
			}
		}
	}
	assert.Positive(t, asked)
}

// documented has the names of the metrics that the project's own reference lists.
var documented = regexp.MustCompile("`(otelcol_[a-z_]+)`")

// A query that returned nothing must not have done so because of a wrong name.
func TestMetricsWithoutRowsExist(t *testing.T) {
	reference, err := os.ReadFile("../../docs/reference/metrics.md")
	require.NoError(t, err)
	known := map[string]bool{}
	for _, found := range documented.FindAllStringSubmatch(string(reference), -1) {
		known[found[1]] = true
	}
	for file, d := range ours(t) {
		for _, p := range d.panels() {
			for _, target := range p.Targets {
				name := p.Title + " " + target.RefID
				if reason := noRows[file][name]; reason == "" || reason == noOverflow {
					continue
				}
				parser.Inspect(parse(t, d.all().expand(target.Expr)), func(node parser.Node, _ []parser.Node) error {
					if selector, ok := node.(*parser.VectorSelector); ok {
						assert.True(t, known[selector.Name], "%s: %s", name, selector.Name)
					}
					return nil
				})
			}
		}
	}
}
