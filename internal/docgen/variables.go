// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var reference = regexp.MustCompile(`\$\{env:([A-Z0-9_]+)(?::-([^}]*))?\}`)

// base is the file that the others are merged over.
const base = "gateway.yaml"

// variable of the environment that a configuration reads.
type variable struct {
	name, key, file, meaning string
	// values are the defaults, by file.
	values map[string]string
}

// defaults shows that of the base, and those of other files in brackets.
func (v variable) defaults() string {
	var shown []string
	if value, ok := v.values[base]; ok {
		shown = append(shown, code(value))
	}
	for _, file := range slices.Sorted(maps.Keys(v.values)) {
		if file != base && v.values[file] != v.values[base] {
			shown = append(shown, fmt.Sprintf("(%s: %s)", file, code(v.values[file])))
		}
	}
	return strings.Join(shown, " ")
}

// readVariables finds the variables of all files, those of the base first, in the
// order in which they stand there.
func readVariables(files []string) ([]variable, error) {
	slices.SortFunc(files, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	var all []variable
	for _, file := range files {
		b, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, err
		}
		var document yaml.Node
		if err := yaml.Unmarshal(b, &document); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all, err = noteVariables(all, filepath.Base(file), nil, "", &document)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rank puts the base first.
func rank(file string) int {
	if filepath.Base(file) == base {
		return 0
	}
	return 1
}

// noteVariables walks a document. comment is what stands above the node.
func noteVariables(all []variable, file string, keys []string, comment string, n *yaml.Node) ([]variable, error) {
	var err error
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content) && err == nil; i += 2 {
			below := append(slices.Clone(keys), n.Content[i].Value)
			all, err = noteVariables(all, file, below, n.Content[i].HeadComment, n.Content[i+1])
		}
	case yaml.ScalarNode:
		for _, found := range reference.FindAllStringSubmatch(n.Value, -1) {
			all, err = noteVariable(all, variable{found[1], shownKey(keys), file, plain(comment), map[string]string{file: found[2]}})
		}
	default:
		for _, child := range n.Content {
			if all, err = noteVariables(all, file, keys, cmp.Or(child.HeadComment, comment), child); err != nil {
				break
			}
		}
	}
	return all, err
}

func noteVariable(all []variable, v variable) ([]variable, error) {
	value := v.values[v.file]
	for i := range all {
		if all[i].name != v.name {
			continue
		}
		if before, ok := all[i].values[v.file]; ok && before != value {
			return nil, fmt.Errorf("%s has two defaults in %s, %q and %q", v.name, v.file, before, value)
		}
		all[i].values[v.file] = value
		all[i].meaning = cmp.Or(all[i].meaning, v.meaning)
		return all, nil
	}
	return append(all, v), nil
}

// shownKey leaves out the kind of the component: ids say it.
func shownKey(keys []string) string {
	if len(keys) > 1 && keys[0] != "service" {
		keys = keys[1:]
	}
	return strings.Join(keys, "::")
}

func plain(comment string) string {
	var words []string
	for line := range strings.Lines(comment) {
		words = append(words, strings.Fields(strings.TrimLeft(line, "# "))...)
	}
	return strings.Join(words, " ")
}
