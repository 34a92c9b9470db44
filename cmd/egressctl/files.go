// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	c.flags.Var(&files, "f", "`file` with resources, a directory of them, or - for the input; may be given several times")
	return &files
}

// joined is files as one, and which line is whose.
type joined struct {
	text  []byte
	parts []part
}

// part says where a file begins.
type part struct {
	file string
	// before is the line before its first one: that of the separator, at which a
	// document begins.
	before int
}

// read joins files, and all YAML and JSON files of directories.
func (c *command) read(paths []string) (*joined, error) {
	if len(paths) == 0 {
		return nil, errors.New("-f must name a file")
	}
	j := &joined{}
	for _, path := range paths {
		if path == "-" {
			text, err := io.ReadAll(c.in)
			if err != nil {
				return nil, err
			}
			j.add("input", text)
			continue
		}
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || file != path && !isResourceFile(file) {
				return err
			}
			text, err := os.ReadFile(file)
			if err == nil {
				j.add(file, text)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(bytes.TrimSpace(j.text)) == 0 {
		return nil, errors.New("the files are empty")
	}
	return j, nil
}

// isResourceFile tells whether a file of a directory may hold resources. That of kustomize
// lists files, and is no resource of a cluster.
func isResourceFile(name string) bool {
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	return base != "kustomization" && slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(name)))
}

func (j *joined) add(file string, text []byte) {
	if len(j.text) > 0 {
		if !bytes.HasSuffix(j.text, []byte("\n")) {
			j.text = append(j.text, '\n')
		}
		j.text = append(j.text, "---\n"...)
	}
	j.parts = append(j.parts, part{file, bytes.Count(j.text, []byte("\n"))})
	j.text = append(j.text, text...)
}

// place is where a line of the joined text stands: FILE:LINE.
func (j *joined) place(line int) string {
	for _, p := range slices.Backward(j.parts) {
		if line >= p.before {
			return fmt.Sprintf("%s:%d", p.file, max(line-p.before, 1))
		}
	}
	return "input"
}

// problem is why something that was sent is not used.
type problem struct {
	Line   int
	Reason string
}

// printProblems tells what could not be read.
func (c *command) printProblems(j *joined, problems []problem) {
	for _, p := range problems {
		_, _ = fmt.Fprintf(c.err, "%s: %s\n", j.place(p.Line), printable(p.Reason))
	}
}
