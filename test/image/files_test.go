// SPDX-License-Identifier: Apache-2.0

package image

import (
	"crypto/x509"
	"debug/elf"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// holds has the files of an image: the program, what it needs, and no shell.
func holds(t *testing.T, i image) {
	want := []string{"LICENSE", "etc/group", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "otelcol-istio", "zoneinfo.zip"}
	configs, err := filepath.Glob(root + "config/*.yaml")
	require.NoError(t, err)
	for _, path := range configs {
		if name := filepath.Base(path); name != "kustomization.yaml" {
			want = append(want, "etc/otelcol-istio/"+name)
		}
	}
	assert.ElementsMatch(t, want, contents(t, i.folder))
	static(t, filepath.Join(i.folder, i.Config.Entrypoint[0]), i.Architecture)

	certificates, err := os.ReadFile(filepath.Join(i.folder, "etc/ssl/certs/ca-certificates.crt"))
	require.NoError(t, err)
	assert.True(t, x509.NewCertPool().AppendCertsFromPEM(certificates))
	users, err := os.ReadFile(filepath.Join(i.folder, "etc/passwd"))
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^otelcol-istio:x:65532:65532:`, string(users))
	// An engine that makes a volume of it gives the volume the folder's owner.
	assert.Contains(t, i.Config.Volumes, "/var/lib/otelcol-istio")
	for path, owner := range i.owners {
		if path == "var/lib/otelcol-istio/" {
			assert.Equal(t, 65532, owner)
		} else {
			assert.Zero(t, owner, path)
		}
	}
}

// contents lists the files of an image.
func contents(t *testing.T, image string) (names []string) {
	require.NoError(t, fs.WalkDir(os.DirFS(image), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	}))
	return names
}

// static holds a program that needs no loader and no library.
func static(t *testing.T, program, architecture string) {
	f, err := elf.Open(program)
	require.NoError(t, err)
	defer f.Close()
	assert.Equal(t, map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[architecture], f.Machine)
	for _, segment := range f.Progs {
		assert.NotEqual(t, elf.PT_INTERP, segment.Type)
	}
	libraries, err := f.ImportedLibraries()
	require.NoError(t, err)
	assert.Empty(t, libraries)
}
