// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

const module = "github.com/otelcol-istio/otelcol-istio"

// key of a component's configuration.
type key struct {
	// name has `::` between levels, as the Collector writes keys. meaning is empty
	// where a row above has it.
	name, value, meaning string
}

// walker collects keys from structs.
type walker struct {
	root string
	keys []key
	read map[string]*comments // by package
}

func configKeys(root, dir string, cfg any) ([]key, error) {
	w := &walker{root: root, read: map[string]*comments{}}
	if err := w.structKeys("", reflect.ValueOf(cfg).Elem()); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return w.keys, nil
}

func (w *walker) structKeys(prefix string, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		tag, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		if tag == "-" || tag == "" && options != "squash" {
			continue
		}
		said, err := w.comment(v.Type(), field.Name)
		if err != nil {
			return err
		}
		if err := w.fieldKeys(prefix+tag, options == "squash", v.Field(i), meaning(said, field.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) fieldKeys(name string, squashed bool, v reflect.Value, said string) error {
	v, set := present(v)
	below := name + "::"
	if squashed {
		below = name
	}
	switch {
	case !set:
		return fmt.Errorf("`%s` is optional and not set, so what is below it is not known", name)
	case isOther(v.Type()):
		return w.otherKeys(strings.TrimSuffix(name, "::"), below, v, said)
	case hasKeys(v.Type()):
		return w.structKeys(below, v)
	case v.Kind() == reflect.Map && hasKeys(v.Type().Elem()):
		return w.mapKeys(below, v)
	}
	if said == "" {
		return fmt.Errorf("`%s` has no comment", name)
	}
	w.keys = append(w.keys, key{name, show(v), said})
	return nil
}

// mapKeys shows the keys below a name that the user chooses. Where entries that
// are there by default differ, each is shown, too.
func (w *walker) mapKeys(below string, v reflect.Value) error {
	entries := map[string]map[string]string{} // defaults by key and entry
	one, err := w.entryKeys(fresh(v.Type().Elem()))
	if err != nil {
		return err
	}
	for _, entry := range v.MapKeys() {
		if one, err = w.entryKeys(v.MapIndex(entry)); err != nil {
			return err
		}
		for _, k := range one {
			if entries[k.name] == nil {
				entries[k.name] = map[string]string{}
			}
			entries[k.name][entry.String()] = k.value
		}
	}
	for _, k := range one {
		defaults := entries[k.name]
		differ := false
		for _, other := range defaults {
			differ = differ || other != k.value
		}
		name := k.name
		k.name = below + "<name>::" + name
		if differ {
			k.value = ""
		}
		w.keys = append(w.keys, k)
		for _, entry := range slices.Sorted(maps.Keys(defaults)) {
			if differ && defaults[entry] != "" {
				w.keys = append(w.keys, key{below + entry + "::" + name, defaults[entry], ""})
			}
		}
	}
	return nil
}

// entryKeys are the keys of one entry of a map, by themselves.
func (w *walker) entryKeys(v reflect.Value) ([]key, error) {
	entry := &walker{root: w.root, read: w.read}
	err := entry.structKeys("", v)
	return entry.keys, err
}

// comment of a struct's field.
func (w *walker) comment(t reflect.Type, field string) (string, error) {
	dir, ours := strings.CutPrefix(t.PkgPath(), module+"/")
	if !ours {
		return "", nil
	}
	if w.read[dir] == nil {
		c, err := readComments(filepath.Join(w.root, dir))
		if err != nil {
			return "", err
		}
		w.read[dir] = c
	}
	return w.read[dir].fields[t.Name()+"."+field], nil
}
