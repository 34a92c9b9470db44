// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// writeImage writes an OCI image layout as one file. Its index.json names one
// image index, which has an image for each platform.
func (o options) writeImage(to string, platforms []program, shared []file) (err error) {
	index, err := o.index(platforms, shared)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.output, ".layout-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path, err := layout.Write(dir, mutate.IndexMediaType(empty.Index, types.OCIImageIndex))
	if err != nil {
		return err
	}
	name := platforms[0].name + ":" + o.version
	if err := path.AppendIndex(index, layout.WithAnnotations(map[string]string{
		// The tag for whoever names the image, and the name that containerd gives
		// it: nodes look for an image without a registry under docker.io/library.
		"org.opencontainers.image.ref.name": o.version,
		"io.containerd.image.name":          "docker.io/library/" + name,
	})); err != nil {
		return err
	}
	files, err := readFolder(dir)
	if err != nil {
		return err
	}
	return create(to, func(w *os.File) error { return writeTar(w, files, o.created) })
}

func (o options) index(platforms []program, shared []file) (v1.ImageIndex, error) {
	files, err := o.imageFiles(shared)
	if err != nil {
		return nil, err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range platforms {
		image, err := o.image(p, files)
		if err != nil {
			return nil, err
		}
		platform := &v1.Platform{OS: p.os, Architecture: p.arch}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: platform}})
	}
	return index, nil
}

func readFolder(dir string) (files []file, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		files = append(files, file{path: path, data: data, mode: 0o444})
		return err
	})
	return files, err
}
