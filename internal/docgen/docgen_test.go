// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const root = "../.."

// The pages in the repository are what the code gives. `make generate` writes them.
func TestPagesAreCurrent(t *testing.T) {
	for name, render := range pages {
		want, err := render(root)
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(root, outputDir, name))
		require.NoError(t, err)
		assert.Equal(t, want, string(got), name)
	}
	entries, err := os.ReadDir(filepath.Join(root, outputDir))
	require.NoError(t, err)
	for _, e := range entries {
		assert.Contains(t, pages, e.Name(), "nobody generates it")
	}
}

// Each attribute of the contract that has a constant is shown.
func TestAttributesAreShown(t *testing.T) {
	c, err := readComments(filepath.Join(root, "internal/contract"))
	require.NoError(t, err)
	shown := map[string]bool{}
	for _, a := range slices.Concat(attributes, reserved) {
		shown[a.constant] = true
	}
	for name := range c.consts {
		if strings.HasPrefix(name, "Attr") {
			assert.True(t, shown[name], name)
		}
	}
	for _, v := range contract.Verdicts {
		assert.NotEmpty(t, c.consts[verdicts[v]], v)
	}
}

func TestMeaning(t *testing.T) {
	for comment, want := range map[string]string{
		"Limit is the number of\nslots.": "The number of slots.",
		"Limit says how many.":           "Says how many.",
		"Limit of the slots.":            "Limit of the slots.",
		"At most this many.":             "At most this many.",
	} {
		assert.Equal(t, want, meaning(comment, "Limit"))
	}
}

func TestVariables(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	gateway := file(base, "receivers:\n  r:\n    # Where it\n    # listens.\n    endpoint: ${env:HOST:-localhost}:${env:PORT:-1}\n")
	other := file("a.yaml", "receivers:\n  r:\n    list:\n      - ${env:PORT:-2}\n      # Only here.\n      - ${env:TWO}\n")
	got, err := readVariables([]string{other, gateway})
	require.NoError(t, err)
	assert.Equal(t, []variable{
		{"HOST", "r::endpoint", base, "Where it listens.", map[string]string{base: "localhost"}},
		{"PORT", "r::endpoint", base, "Where it listens.", map[string]string{base: "1", "a.yaml": "2"}},
		{"TWO", "r::list", "a.yaml", "Only here.", map[string]string{"a.yaml": ""}},
	}, got)
	assert.Equal(t, "`1` (a.yaml: `2`)", got[1].defaults())

	_, err = readVariables([]string{file("b.yaml", "a: ${env:A:-1}\nb: ${env:A:-2}\n")})
	assert.Error(t, err)
}

func TestConfigKeys(t *testing.T) {
	for _, c := range components {
		keys, err := c.keys(root)
		require.NoError(t, err, c.id)
		assert.NotEmpty(t, keys, c.id)
		seen := map[string]bool{}
		for _, k := range keys {
			assert.False(t, seen[k.name], "%s is shown twice", k.name)
			seen[k.name] = true
		}
	}
}
