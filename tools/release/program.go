// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"debug/buildinfo"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// program is one that was built for one platform.
type program struct {
	name     string
	os, arch string // as Go and OCI call them
	data     []byte
	info     *buildinfo.BuildInfo
}

func readProgram(path string) (program, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return program{}, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return program{}, err
	}
	p := program{name: filepath.Base(path), data: data, info: info}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS":
			p.os = s.Value
		case "GOARCH":
			p.arch = s.Value
		}
	}
	if p.os == "" || p.arch == "" {
		return program{}, fmt.Errorf("%s does not say what platform it is for", path)
	}
	return p, nil
}

// readPrograms reads programs and groups them by name. The order of the paths
// does not matter. Two programs of one name and one platform are an error.
func readPrograms(paths []string) ([][]program, error) {
	var all []program
	for _, path := range paths {
		p, err := readProgram(path)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b program) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.os, b.os), strings.Compare(a.arch, b.arch))
	})
	var groups [][]program
	for i, p := range all {
		if i == 0 || p.name != all[i-1].name {
			groups = append(groups, nil)
		} else if p.os == all[i-1].os && p.arch == all[i-1].arch {
			return nil, fmt.Errorf("two programs %s for %s/%s", p.name, p.os, p.arch)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], p)
	}
	return groups, nil
}
