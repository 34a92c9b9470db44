// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// file is one of an archive or an image. A path that ends in "/" is a folder.
type file struct {
	path  string // relative, with slashes
	data  []byte
	mode  int64
	owner int // user and group; 0 is root
}

// sharedFiles reads what every archive and every image has: the license, and
// all configurations that a Collector can read.
func sharedFiles(root string) (files []file, err error) {
	paths, err := filepath.Glob(filepath.Join(root, "config", "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, p := range append(paths, filepath.Join(root, "LICENSE")) {
		if filepath.Base(p) == "kustomization.yaml" { // for kubectl
			continue
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(root, p)
		if err != nil {
			return nil, err
		}
		files = append(files, file{path: filepath.ToSlash(name), data: data, mode: 0o444})
	}
	return files, nil
}

// writeTar writes files, and the folders above them, in the order of their
// paths. Everything has the same time.
func writeTar(w io.Writer, files []file, created time.Time) error {
	archive := tar.NewWriter(w)
	for _, f := range withFolders(files) {
		header := &tar.Header{
			Format: tar.FormatUSTAR, Typeflag: tar.TypeReg, Name: f.path, Mode: f.mode, Size: int64(len(f.data)),
			Uid: f.owner, Gid: f.owner, ModTime: created,
		}
		if strings.HasSuffix(f.path, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(header); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		if _, err := archive.Write(f.data); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
	}
	return archive.Close()
}

// withFolders adds the folders that are not listed. They belong to root.
func withFolders(files []file) []file {
	listed := map[string]bool{}
	for _, f := range files {
		listed[f.path] = true
	}
	all := slices.Clone(files)
	for _, f := range files {
		for dir := path.Dir(strings.TrimSuffix(f.path, "/")); dir != "."; dir = path.Dir(dir) {
			if !listed[dir+"/"] {
				listed[dir+"/"] = true
				all = append(all, file{path: dir + "/", mode: 0o755})
			}
		}
	}
	slices.SortFunc(all, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return all
}
