// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unpacked is the layout of a packed image.
func unpacked(t *testing.T, path string, created time.Time) v1.ImageIndex {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	dir := t.TempDir()
	for _, f := range readTar(t, f, created) {
		to := filepath.Join(dir, f.path)
		if strings.HasSuffix(f.path, "/") {
			require.NoError(t, os.MkdirAll(to, 0o755))
			continue
		}
		require.NoError(t, os.WriteFile(to, f.data, 0o600))
	}
	index, err := layout.ImageIndexFromPath(dir)
	require.NoError(t, err)
	return index
}

// An image that is pushed as it was packed can be pulled for each platform.
func TestImage(t *testing.T) {
	programs := []string{small.amd64, small.arm64}
	o := checkout(t, time.Now())
	require.NoError(t, run(o, programs))
	top := unpacked(t, filepath.Join(o.output, "small_1.2.3_image.tar"), o.created)
	require.NoError(t, validate.Index(top))
	entries, err := top.IndexManifest()
	require.NoError(t, err)
	require.Len(t, entries.Manifests, 1)
	assert.Equal(t, "1.2.3", entries.Manifests[0].Annotations["org.opencontainers.image.ref.name"])
	index, err := top.ImageIndex(entries.Manifests[0].Digest)
	require.NoError(t, err)

	server := httptest.NewServer(registry.New())
	defer server.Close()
	tag, err := name.NewTag(strings.TrimPrefix(server.URL, "http://") + "/small:1.2.3")
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(tag, index))
	var shared []v1.Hash
	for i, arch := range []string{"amd64", "arm64"} {
		image, err := remote.Image(tag, remote.WithPlatform(v1.Platform{OS: "linux", Architecture: arch}))
		require.NoError(t, err)
		require.NoError(t, validate.Image(image))
		config, err := image.ConfigFile()
		require.NoError(t, err)
		assert.Equal(t, arch, config.Architecture)
		assert.Equal(t, "1.2.3", config.Config.Labels["org.opencontainers.image.version"])
		assert.Equal(t, "abc", config.Config.Labels["org.opencontainers.image.revision"])
		layers, err := image.Layers()
		require.NoError(t, err)
		digest, err := layers[0].Digest()
		require.NoError(t, err)
		shared = append(shared, digest)
		checkLayers(t, layers, programs[i], o)
	}
	assert.Equal(t, shared[0], shared[1], "a registry stores it once")
}

func checkLayers(t *testing.T, layers []v1.Layer, program string, o options) {
	t.Helper()
	require.Len(t, layers, 2)
	want, err := os.ReadFile(program)
	require.NoError(t, err)
	assert.Equal(t, []file{{path: "otelcol-istio", mode: 0o755, data: want}}, layerFiles(t, layers[1], o))
	files := map[string]file{}
	for _, f := range layerFiles(t, layers[0], o) {
		files[f.path] = f
	}
	assert.Equal(t, []byte("gateway"), files["etc/otelcol-istio/gateway.yaml"].data)
	assert.Equal(t, []byte("zones"), files["zoneinfo.zip"].data)
	assert.Equal(t, user, files[stateFolder+"/"].owner)
	assert.Contains(t, string(files["etc/passwd"].data), ":65532:65532:")
	assert.True(t, x509.NewCertPool().AppendCertsFromPEM(files["etc/ssl/certs/ca-certificates.crt"].data))
	for path, f := range files {
		if path != stateFolder+"/" {
			assert.Zero(t, f.owner, path)
			assert.Zero(t, f.mode&0o022, "%s: nobody but root may write it", path)
		}
	}
}

func layerFiles(t *testing.T, l v1.Layer, o options) []file {
	t.Helper()
	r, err := l.Uncompressed()
	require.NoError(t, err)
	defer r.Close()
	return readTar(t, r, o.created)
}

// Every folder stands before what is in it, whatever other names begin alike.
func TestWithFolders(t *testing.T) {
	var archive bytes.Buffer
	require.NoError(t, writeTar(&archive, []file{{path: "a/b/c"}, {path: "a-b"}, {path: "a/"}, {path: "a/b.d"}}, time.Unix(0, 0)))
	var got []string
	for r := tar.NewReader(&archive); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		got = append(got, header.Name)
	}
	assert.Equal(t, []string{"a-b", "a/", "a/b.d", "a/b/", "a/b/c"}, got)
}

func TestImageIsForLinux(t *testing.T) {
	_, err := options{}.image(program{name: "small", os: "darwin", arch: "arm64"}, nil)
	require.ErrorContains(t, err, "darwin")
}

// A certificate is one that Go can read, and none is there for nothing.
func TestRootCertificates(t *testing.T) {
	text, err := rootCertificates()
	require.NoError(t, err)
	assert.Greater(t, bytes.Count(text, []byte("BEGIN CERTIFICATE")), 100)
	assert.True(t, x509.NewCertPool().AppendCertsFromPEM(text))
}
