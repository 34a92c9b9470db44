// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const source = `package main

import "golang.org/x/sync/errgroup"

func main() { println(new(errgroup.Group) != nil) }
`

// small is where TestMain builds small programs that link a module.
var small struct{ amd64, arm64 string }

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "release-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		small.amd64, small.arm64 = build(dir, "amd64"), build(dir, "arm64")
		return m.Run()
	}())
}

func build(dir, arch string) string {
	text, path := filepath.Join(dir, "main.go"), filepath.Join(dir, arch, "small")
	if err := os.WriteFile(text, []byte(source), 0o600); err != nil {
		panic(err)
	}
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", path, text)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if said, err := command.CombinedOutput(); err != nil {
		panic(string(said))
	}
	return path
}

// checkout writes what is packed beside the program.
func checkout(t *testing.T, modified time.Time) options {
	t.Helper()
	o := options{root: t.TempDir(), output: t.TempDir(), version: "1.2.3", revision: "abc", created: time.Unix(1_700_000_000, 0).UTC()}
	o.zoneinfo = filepath.Join(o.root, "zoneinfo.zip")
	for name, content := range map[string]string{
		"LICENSE": "a license", "zoneinfo.zip": "zones",
		"config/gateway.yaml": "gateway", "config/storage.yaml": "storage", "config/kustomization.yaml": "for kubectl",
	} {
		path := filepath.Join(o.root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		require.NoError(t, os.Chtimes(path, modified, modified))
	}
	return o
}

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// readTar gives the files of an archive, all of which have one time.
func readTar(t *testing.T, r io.Reader, created time.Time) (files []file) {
	t.Helper()
	for archive := tar.NewReader(r); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		data, err := io.ReadAll(archive)
		require.NoError(t, err)
		assert.True(t, header.ModTime.Equal(created), header.Name)
		assert.Equal(t, header.Uid, header.Gid)
		files = append(files, file{path: header.Name, mode: header.Mode, owner: header.Uid, data: data})
	}
}
