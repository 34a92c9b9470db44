// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../../../"

// pages are all files of Markdown in the repository, by path from its root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), "_") || entry.Name() == ".git") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		all[name] = string(b)
		return err
	}))
	require.Contains(t, all, "README.md")
	return all
}

// Long pages are not read.
func TestLength(t *testing.T) {
	for name, text := range pages(t) {
		most := 0
		switch {
		case name == "README.md":
			most = 150
		case filepath.Base(name) == "README.md" && strings.Count(name, "/") == 2 && !strings.HasPrefix(name, "deploy") && !strings.HasPrefix(name, "testdata"):
			most = 120
		}
		if most > 0 {
			assert.LessOrEqual(t, strings.Count(text, "\n"), most, name)
		}
	}
}
