// SPDX-License-Identifier: Apache-2.0

package image

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// archive is an OCI image layout, unpacked.
type archive struct {
	t      *testing.T
	folder string
}

// image is one platform of an archive, with a folder that can be its /.
type image struct {
	v1.Image
	folder string
	owners map[string]int // user of each file and folder
}

// open unpacks the archive that a variable names, or the one that `make images`
// wrote.
func open(t *testing.T, variable, program string) archive {
	path := os.Getenv(variable)
	if path == "" {
		path = "../../_build/images/" + program + ".tar"
	}
	f, err := os.Open(path)
	require.NoError(t, err, "`make test-image` packs it; %s may name another", variable)
	defer f.Close()
	a := archive{t, t.TempDir()}
	extract(t, f, a.folder, nil)
	return a
}

// images are those of all platforms, by architecture, and the tag.
func (a archive) images() (images map[string]image, tag string) {
	var layout v1.ImageLayout
	a.json(filepath.Join(a.folder, v1.ImageLayoutFile), &layout)
	require.Equal(a.t, v1.ImageLayoutVersion, layout.Version)
	var top, index v1.Index
	a.json(filepath.Join(a.folder, v1.ImageIndexFile), &top)
	require.Len(a.t, top.Manifests, 1)
	a.json(a.blob(top.Manifests[0]), &index)
	images = map[string]image{}
	for _, d := range index.Manifests {
		require.NotNil(a.t, d.Platform)
		var manifest v1.Manifest
		a.json(a.blob(d), &manifest)
		i := image{folder: a.t.TempDir(), owners: map[string]int{}}
		a.json(a.blob(manifest.Config), &i.Image)
		require.Equal(a.t, d.Platform.Architecture, i.Architecture)
		require.NoError(a.t, os.Chmod(i.folder, 0o755), "for users other than the test's")
		for _, layer := range manifest.Layers {
			a.layer(layer, &i)
		}
		images[i.Architecture] = i
	}
	return images, top.Manifests[0].Annotations[v1.AnnotationRefName]
}

// blob is the file of a descriptor, which has the size and the digest that it
// says.
func (a archive) blob(d v1.Descriptor) string {
	path := filepath.Join(a.folder, "blobs", d.Digest.Algorithm().String(), d.Digest.Encoded())
	f, err := os.Open(path)
	require.NoError(a.t, err)
	defer f.Close()
	got, err := digest.FromReader(f)
	require.NoError(a.t, err)
	assert.Equal(a.t, d.Digest, got)
	info, err := f.Stat()
	require.NoError(a.t, err)
	assert.Equal(a.t, d.Size, info.Size())
	return path
}

func (a archive) json(path string, v any) {
	text, err := os.ReadFile(path)
	require.NoError(a.t, err)
	require.NoError(a.t, json.Unmarshal(text, v), path)
}

func (a archive) layer(d v1.Descriptor, i *image) {
	require.Equal(a.t, v1.MediaTypeImageLayerGzip, d.MediaType)
	f, err := os.Open(a.blob(d))
	require.NoError(a.t, err)
	defer f.Close()
	r, err := gzip.NewReader(f)
	require.NoError(a.t, err)
	extract(a.t, r, i.folder, i.owners)
}

// extract unpacks files and folders. Whoever is root also gives them their
// owners, as a container engine does.
func extract(t *testing.T, r io.Reader, folder string, owners map[string]int) {
	for archive := tar.NewReader(r); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		to := filepath.Join(folder, header.Name)
		require.True(t, strings.HasPrefix(to, folder+"/"), header.Name)
		switch header.Typeflag {
		case tar.TypeDir:
			require.NoError(t, os.MkdirAll(to, 0o755))
		case tar.TypeReg:
			data, err := io.ReadAll(archive)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(to, data, 0o600))
		default:
			require.Fail(t, fmt.Sprintf("%s is neither a file nor a folder", header.Name))
		}
		require.NoError(t, os.Chmod(to, os.FileMode(header.Mode).Perm()), "whatever the umask is")
		if owners == nil {
			continue
		}
		owners[header.Name] = header.Uid
		if os.Geteuid() == 0 {
			require.NoError(t, os.Chown(to, header.Uid, header.Gid))
		}
	}
}
