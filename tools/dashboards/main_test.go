// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const shipped = "../../deploy/grafana"

// The types of panels and queries that the strict parser knows.
func init() { plugins.RegisterDefaultPlugins() }

func TestShippedDashboards(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(shipped, "*.json"))
	require.NoError(t, err)
	require.Len(t, found, len(files), "each shipped dashboard is written by this program")

	written := t.TempDir()
	require.NoError(t, run(written))
	for name := range files {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(written, name))
			require.NoError(t, err)
			got, err := os.ReadFile(filepath.Join(shipped, name))
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), "`make generate` writes it")

			assert.Empty(t, deviations(t, got))
			var read document
			require.NoError(t, json.Unmarshal(got, &read))
			assert.NoError(t, read.Validate())
		})
	}
}

// deviations are what the SDK's strict parser does not expect. It returns an error of
// no length where there are none, and then leaves the panels out.
func deviations(t *testing.T, content []byte) (found cog.BuildErrors) {
	t.Helper()
	require.ErrorAs(t, new(document).UnmarshalJSONStrict(content), &found)
	return found
}

func TestStrictParserFindsDeviations(t *testing.T) {
	content, err := encode(egress)
	require.NoError(t, err)
	for _, wrong := range [][2]string{
		{`"legendFormat"`, `"legend"`},
		{`"gridPos"`, `"grid"`},
		{`"templating"`, `"variables"`},
	} {
		assert.NotEmpty(t, deviations(t, bytes.Replace(content, []byte(wrong[0]), []byte(wrong[1]), 1)), wrong[1])
	}
}

// A link to a panel names its number, and panels in one place cover each other.
func TestPanelsStandApart(t *testing.T) {
	for name, build := range files {
		t.Run(name, func(t *testing.T) {
			built, err := build()
			require.NoError(t, err)
			numbers, cells := map[uint32]bool{}, map[[2]uint32]string{}
			for _, p := range built.Panels {
				if p.RowPanel != nil {
					assert.Empty(t, p.RowPanel.Panels)
					occupy(t, cells, *p.RowPanel.GridPos, *p.RowPanel.Title)
					assert.False(t, numbers[p.RowPanel.Id])
					numbers[p.RowPanel.Id] = true
					continue
				}
				occupy(t, cells, *p.Panel.GridPos, *p.Panel.Title)
				assert.False(t, numbers[*p.Panel.Id])
				numbers[*p.Panel.Id] = true
			}
		})
	}
}

func occupy(t *testing.T, cells map[[2]uint32]string, at dashboard.GridPos, title string) {
	t.Helper()
	assert.LessOrEqual(t, at.X+at.W, uint32(fullWidth), title)
	for x := at.X; x < at.X+at.W; x++ {
		for y := at.Y; y < at.Y+at.H; y++ {
			assert.Empty(t, cells[[2]uint32{x, y}], title)
			cells[[2]uint32{x, y}] = title
		}
	}
}
