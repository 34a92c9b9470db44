package accesslog

import (
	"fmt"
	"maps"
	"slices"
)

// Keys tells what named values (attributes, JSON members) carry. The zero
// value knows Istio's default JSON keys and those of our recommended labels;
// CompileLabels adds a user's own. It is safe for concurrent use.
type Keys struct {
	own map[string]labelTarget
}

// labelTarget is what a user's label holds: one operator, or a text of several.
type labelTarget struct {
	op     Op
	single bool
	format *Format
}

// CompileLabels reads a map of names to format strings, in the shape of
// Istio's `logFormat.labels`. Errors name the label and its value.
func CompileLabels(labels map[string]string) (*Keys, error) {
	k := &Keys{own: make(map[string]labelTarget, len(labels))}
	carriedBy := map[Op]string{}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		target, err := compileLabel(labels[name])
		if err != nil {
			return nil, fmt.Errorf("`%s` %w, got %q", name, err, labels[name])
		}
		if target.single {
			if other, ok := carriedBy[target.op]; ok {
				return nil, fmt.Errorf("`%s` and `%s` both hold %s", other, name, target.op)
			}
			carriedBy[target.op] = name
		}
		k.own[name] = target
	}
	return k, nil
}

func compileLabel(format string) (labelTarget, error) {
	prefix, elements, err := scan(format)
	if err != nil {
		return labelTarget{}, err
	}
	if e := elements[0]; prefix == "" && len(elements) == 1 && e.literal == "" && e.known {
		return labelTarget{op: e.op, single: true}, nil
	}
	f, err := CompileText(format)
	return labelTarget{format: f}, err
}

// Read stores what the named value carries in the record; it is false if the
// name means nothing.
func (k *Keys) Read(name, value string, rec *Record) bool {
	if len(k.own) > 0 {
		if t, ok := k.own[name]; ok {
			if t.single {
				rec.Offer(t.op, value)
			} else {
				t.format.Parse(value, rec, true)
			}
			return true
		}
	}
	op, ok := opsByKey[name]
	if ok {
		rec.Offer(op, value)
	}
	return ok
}
