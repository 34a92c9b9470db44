package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
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

// Neither the order of the programs, nor where the checkout is, nor when it was
// made is in what is packed.
func TestSameBytes(t *testing.T) {
	first, second := checkout(t, time.Unix(0, 0)), checkout(t, time.Now())
	require.NoError(t, run(first, []string{small.amd64, small.arm64}))
	require.NoError(t, run(second, []string{small.arm64, small.amd64}))
	assert.Equal(t, []string{
		"SHA256SUMS", "small_1.2.3_image.tar", "small_1.2.3_linux_amd64.cdx.json", "small_1.2.3_linux_amd64.tar.gz",
		"small_1.2.3_linux_arm64.cdx.json", "small_1.2.3_linux_arm64.tar.gz",
	}, names(t, first.output))
	for _, name := range names(t, first.output) {
		a, err := os.ReadFile(filepath.Join(first.output, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(second.output, name))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(a, b), name)
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", sumsFile)
	check.Dir = first.output
	said, err := check.CombinedOutput()
	require.NoError(t, err, "%s", said)
}

func TestArchive(t *testing.T) {
	o := checkout(t, time.Now())
	require.NoError(t, run(o, []string{small.amd64, small.arm64}))
	f, err := os.Open(filepath.Join(o.output, "small_1.2.3_linux_arm64.tar.gz"))
	require.NoError(t, err)
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	require.NoError(t, err)
	program, err := os.ReadFile(small.arm64)
	require.NoError(t, err)
	const folder = "small_1.2.3_linux_arm64/"
	want := []file{
		{path: folder, mode: 0o755, data: []byte{}},
		{path: folder + "LICENSE", mode: 0o444, data: []byte("a license")},
		{path: folder + "config/", mode: 0o755, data: []byte{}},
		{path: folder + "config/gateway.yaml", mode: 0o444, data: []byte("gateway")},
		{path: folder + "config/storage.yaml", mode: 0o444, data: []byte("storage")},
		{path: folder + "small", mode: 0o755, data: program},
	}
	assert.Equal(t, want, readTar(t, zipped, o.created))
}

// readTar gives the files of an archive, all of which have one time.
func readTar(t *testing.T, r io.Reader, created time.Time) (files []file) {
	t.Helper()
	for archive := tar.NewReader(r); ; {
		header, err := archive.Next()
		if err == io.EOF {
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

func TestOnlyImage(t *testing.T) {
	o := checkout(t, time.Now())
	o.onlyImage = true
	require.NoError(t, run(o, []string{small.amd64}))
	assert.Equal(t, []string{"small.tar"}, names(t, o.output))
}

func TestRefused(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("no program"), 0o600))
	for name, paths := range map[string][]string{
		"no program":         nil,
		"not a program":      {text},
		"one platform twice": {small.amd64, small.amd64},
		"a missing file":     {text + "2"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout(t, time.Now())
			require.Error(t, run(o, paths))
			assert.Empty(t, names(t, o.output))
		})
	}
}
