// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
