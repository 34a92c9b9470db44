// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

const readmeFile = deploy + "README.md"

// Headers of the two tables of the README.
const (
	tellsHeader = "| traffic | reporter | text | labels | ALS HTTP | ALS TCP | ALS both |\n|---|---|---|---|---|---|---|\n"
	mendsHeader = "| missing | what mends it |\n|---|---|\n"
)

// TestREADME holds the README's table to what TestMesh finds in Prometheus.
// UPDATE_GOLDEN=1 writes it.
func TestREADME(t *testing.T) {
	b, err := os.ReadFile(readmeFile)
	require.NoError(t, err)
	text := string(b)
	shown, want := tableIn(t, text, tellsHeader), tellsTable()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(readmeFile, []byte(strings.Replace(text, tellsHeader+shown, tellsHeader+want, 1)), 0o600))
		return
	}
	assert.Equal(t, want, shown)

	// Each gap is explained, and nothing else.
	var explained []string
	for row := range strings.Lines(tableIn(t, text, mendsHeader)) {
		explained = append(explained, strings.TrimPrefix(strings.Split(row, " | ")[0], "| "))
	}
	assert.ElementsMatch(t, everyGap(), explained)
}

// everyGap names what is missing somewhere in the table.
func everyGap() []string {
	names := map[string]bool{}
	for _, x := range everyTraffic {
		for _, w := range x.wants {
			for _, way := range everyWay {
				for _, missing := range w.missing(way) {
					name, _, _ := strings.Cut(missing, " (")
					names[name] = true
				}
			}
		}
	}
	return slices.Collect(maps.Keys(names))
}

func tableIn(t *testing.T, text, header string) string {
	t.Helper()
	_, table, found := strings.Cut(text, header)
	require.True(t, found, header)
	table, _, _ = strings.Cut(table, "\n\n")
	return strings.TrimSuffix(table, "\n") + "\n"
}

// row of the table: kinds of traffic of which the same is missing.
type row struct {
	kinds []string
	cells []string
}

func tellsTable() string {
	var rows []*row
	for _, x := range everyTraffic {
		for _, w := range x.wants {
			cells := []string{w.truth["reporter"]}
			for _, way := range everyWay {
				cells = append(cells, cell(w, way))
			}
			at := slices.IndexFunc(rows, func(r *row) bool { return slices.Equal(r.cells, cells) })
			if at < 0 {
				at = len(rows)
				rows = append(rows, &row{cells: cells})
			}
			rows[at].kinds = append(rows[at].kinds, x.what)
		}
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", join(r.kinds), strings.Join(r.cells, " | "))
	}
	return b.String()
}

func cell(w want, by way) string {
	if missing := w.missing(by); len(missing) > 0 {
		return strings.Join(missing, ", ")
	}
	return "right"
}

// missing is what a way of logging does not tell of a report.
func (w want) missing(by way) []string {
	told := w.told(by.rules)
	truth := expect.Join(expect.Istio, w.truth, labels{"destination_ip": w.ip})
	return gapsOf(truth, expect.Join(told.truth, labels{"destination_ip": told.ip}))
}

// join shortens `HTTP to a service`, `HTTP to a service, a subset of it` to
// `HTTP to a service (a subset of it)`.
func join(kinds []string) string {
	var names []string
	variants := map[string][]string{}
	for _, kind := range kinds {
		name, variant, _ := strings.Cut(kind, ", ")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if variant != "" {
			variants[name] = append(variants[name], variant)
		}
	}
	for i, name := range names {
		if v := variants[name]; len(v) > 0 {
			names[i] = name + " (" + strings.Join(v, "; ") + ")"
		}
	}
	return strings.Join(names, "; ")
}
