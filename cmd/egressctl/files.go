// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// fileList is a flag that may be given several times.
type fileList []string

// String implements flag.Value.
func (l *fileList) String() string { return strings.Join(*l, ",") }

// Set implements flag.Value.
func (l *fileList) Set(path string) error {
	*l = append(*l, path)
	return nil
}

func (c *command) addFiles() *fileList {
	var files fileList
	c.flags.Var(&files, "f", "`file` with resources, a directory of such files, or - for the input; may be given several times")
	return &files
}

// read joins files, and all YAML and JSON files of directories. What has no part in
// outbound traffic is left out, so that a whole repository of configuration fits.
func (c *command) read(paths []string) (*joined, error) {
	if len(paths) == 0 {
		return nil, errors.New("-f must name a file")
	}
	j := &joined{otherKinds: map[string]int{}}
	for _, path := range paths {
		if path == "-" {
			text, err := io.ReadAll(c.in)
			if err != nil {
				return nil, err
			}
			j.add("input", text, false)
			continue
		}
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			found := file != path
			switch {
			case err != nil:
				return err
			case entry.IsDir() && found && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir // .git, and the configuration of programs
			case entry.IsDir() && isChart(file):
				j.charts = append(j.charts, file)
				return fs.SkipDir
			case entry.IsDir(), found && !isResourceFile(file):
				return nil
			}
			text, err := os.ReadFile(file)
			if err == nil {
				j.add(file, text, found)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	_, _ = io.WriteString(c.err, j.leftOut())
	if j.documents == 0 && len(j.charts) > 0 {
		return nil, errors.New("the files are nothing but Helm charts, which must be rendered first")
	}
	if j.documents == 0 {
		return nil, errors.New("the files are empty")
	}
	if len(j.text) > resources.MaxBytes {
		return nil, fmt.Errorf("the files have %d bytes of resources that matter for outbound traffic, the page takes %d: name fewer files", len(j.text), resources.MaxBytes)
	}
	return j, nil
}

// isChart tells whether a directory is a Helm chart. Its templates are no YAML before they
// are rendered.
func isChart(directory string) bool {
	_, err := os.Stat(filepath.Join(directory, "Chart.yaml"))
	return err == nil
}

// isResourceFile tells whether a file of a directory may hold resources. That of kustomize
// lists files, and is no resource of a cluster.
func isResourceFile(name string) bool {
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	return base != "kustomization" && slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(name)))
}
