// SPDX-License-Identifier: Apache-2.0

package main

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
)

// writeArchive writes the program with the license and the configurations, in
// a folder that has the archive's name.
func (o options) writeArchive(to string, p program, shared []file) error {
	folder := strings.TrimSuffix(filepath.Base(to), ".tar.gz")
	files := []file{{path: folder + "/" + p.name, data: p.data, mode: 0o755}}
	for _, f := range shared {
		f.path = folder + "/" + f.path
		files = append(files, f)
	}
	return create(to, func(w *os.File) error {
		compressed := gzip.NewWriter(w) // without a name or a time
		if err := writeTar(compressed, files, o.created); err != nil {
			return err
		}
		return compressed.Close()
	})
}

// create writes a file. What is there is replaced.
func create(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
