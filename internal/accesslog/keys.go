package accesslog

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Keys tells what named values (attributes, JSON members) carry. The zero
// value knows Istio's default JSON keys and those of our recommended labels;
// CompileLabels adds a user's own. It is safe for concurrent use.
type Keys struct {
	own map[string]Target
}

// CompileLabels reads a map of names to format strings, in the shape of
// Istio's `logFormat.labels`. Errors name the label and its value.
func CompileLabels(labels map[string]string) (*Keys, error) {
	k := &Keys{own: make(map[string]Target, len(labels))}
	carriedBy := map[Op]string{}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		target, err := compileLabel(labels[name])
		if errors.Is(err, errNoOperator) && labels[name] != "" {
			continue // a constant of the mesh's: as good as a label that is not listed
		}
		if err != nil {
			return nil, fmt.Errorf("`%s` %w, got %q", name, err, labels[name])
		}
		if target.format == nil {
			if other, ok := carriedBy[target.op]; ok {
				return nil, fmt.Errorf("`%s` and `%s` both hold %s", other, name, target.op)
			}
			carriedBy[target.op] = name
		}
		k.own[name] = target
	}
	return k, nil
}

// compileLabel reads a label's format: one operator, or a text of several.
func compileLabel(format string) (Target, error) {
	prefix, elements, err := scan(format)
	if err != nil {
		return Target{}, err
	}
	if e := elements[0]; prefix == "" && len(elements) == 1 && e.literal == "" && e.known {
		return Target{op: e.op}, nil
	}
	f, err := CompileText(format)
	return Target{format: f}, err
}

// Target is what a named value carries.
type Target struct {
	op     Op
	format *Format
}

// Lookup tells what the value under a name carries; false if nothing.
func (k *Keys) Lookup(name string) (Target, bool) {
	if len(k.own) > 0 {
		if t, ok := k.own[name]; ok {
			return t, true
		}
	}
	op, ok := opsByKey[name]
	return Target{op: op}, ok
}

// Store stores a value in the record.
func (t Target) Store(value string, rec *Record) {
	if t.format != nil {
		t.format.fill(value, rec)
		return
	}
	rec.Offer(t.op, value)
}

// fill reads a text into what the record lacks: what is in doubt here must not
// take away what is known. It stands alone because a Record is some kilobytes,
// which a caller's frame should not hold for nothing: requests run on fresh,
// small stacks.
//
//go:noinline
func (f *Format) fill(value string, rec *Record) {
	var parsed Record
	if f.Parse(value, &parsed, true) {
		rec.Fill(&parsed)
	}
}
