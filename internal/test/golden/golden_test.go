// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const casesDir = "../../../testdata/golden"

func TestGolden(t *testing.T) {
	entries, err := os.ReadDir(casesDir)
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			t.Run(entry.Name(), func(t *testing.T) {
				runCase(t, filepath.Join(casesDir, entry.Name()))
			})
		}
	}
}

func runCase(t *testing.T, dir string) {
	t.Helper()
	c := Read(t, dir)
	labelled := c.Label(t)
	compare(t, filepath.Join(dir, "labels.yaml"), formatLabels(t, c.Requests, labelled))

	metrics := c.Count(t, labelled)
	series := formatMetrics(c.Schema(), metrics, false)
	compare(t, filepath.Join(dir, "metrics.txt"), series)
	assert.Equal(t, withZeros(series), formatMetrics(c.Schema(), metrics, true), "each series starts at zero, and no other")
	checkSamples(t, dir, metrics)
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" { // as `make golden-update` sets it
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run `make golden-update` and read what it wrote")
	assert.Equal(t, string(want), got, file)
}
