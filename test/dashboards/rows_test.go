// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// answer is what Prometheus says to a query of a panel.
type answer struct {
	panel  panel
	target target
	// expr is the query, without variables.
	expr string
	rows promclient.Vector
}

func (a answer) name() string { return a.panel.Title + " " + a.target.RefID }

// ask sends each query of a dashboard, with these values of its variables.
func ask(t *testing.T, prometheus *promclient.Client, d dashboard, v values) (answers []answer) {
	t.Helper()
	for _, p := range d.panels() {
		for _, target := range p.Targets {
			expr := v.expand(target.Expr)
			rows, err := prometheus.Query(t.Context(), expr)
			require.NoError(t, err, "%s %s", p.Title, target.RefID)
			answers = append(answers, answer{p, target, expr, rows})
		}
	}
	return answers
}

// testRows compares the rows of all answers with a file of testdata, and looks for
// labels that no row has.
func testRows(t *testing.T, prometheus *promclient.Client, name string, answers []answer) {
	t.Helper()
	var text strings.Builder
	for _, a := range answers {
		if len(a.rows) == 0 {
			assert.NotEmpty(t, noRows[name][a.name()], "%s returns no row", a.name())
		} else {
			assert.Empty(t, noRows[name][a.name()], "%s returns rows", a.name())
			assert.Empty(t, missingLabels(t, prometheus, a), "%s: no row has these labels", a.name())
		}
		if rowsDepend[a.name()] == "" {
			fmt.Fprintf(&text, "%s\n%s", a.name(), rowsText(a.rows))
		}
	}
	golden(t, filepath.Join("testdata", strings.TrimSuffix(name, ".json")+".rows"), text.String())
}

// rowsText writes the labels of rows, sorted. Numbers depend on the time.
func rowsText(rows promclient.Vector) string {
	lines := make([]string, 0, len(rows))
	for _, row := range rows {
		var pairs []string
		for _, label := range slices.Sorted(maps.Keys(row.Labels)) {
			pairs = append(pairs, fmt.Sprintf("%s=%q", label, row.Labels[label]))
		}
		lines = append(lines, "  {"+strings.Join(pairs, ", ")+"}\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// golden compares a text with a file, which UPDATE_GOLDEN=1 writes.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}
