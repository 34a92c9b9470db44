package image

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// context lists the files of the repository that a build is sent.
func context(t *testing.T) (files []string) {
	f, err := os.Open(root + ".dockerignore")
	require.NoError(t, err)
	defer f.Close()
	patterns, err := ignorefile.ReadAll(f)
	require.NoError(t, err)
	ignored, err := patternmatcher.New(patterns)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		skip, err := ignored.MatchesOrParentMatches(name)
		if !skip {
			files = append(files, name)
		}
		return err
	}))
	return files
}

// below picks the files that COPY takes for one of its sources.
func below(files []string, source string) (picked []string) {
	source = filepath.Clean(source)
	for _, file := range files {
		if source == "." || file == source || strings.HasPrefix(file, source+"/") {
			picked = append(picked, file)
		}
	}
	return picked
}

// A build is sent what it needs, and no more.
func TestContext(t *testing.T) {
	files := context(t)
	for _, needed := range []string{"Makefile", "LICENSE", "builder-config.yaml", "deploy/kubernetes/builder-config.yaml", "tools/go.sum"} {
		assert.Contains(t, files, needed)
	}
	for _, folder := range []string{".git", "_build", "test", "testdata", "deploy/istio", ".ci"} {
		assert.Empty(t, below(files, folder))
	}
	assert.False(t, slices.ContainsFunc(files, func(file string) bool {
		return strings.HasSuffix(file, "_test.go") || strings.Contains(file, "/testdata/")
	}))
}
