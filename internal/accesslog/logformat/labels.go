package logformat

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// Keys tells what named values carry: attributes and JSON members. It knows the
// keys of a table of operators, and a user's own labels. It is safe for
// concurrent use.
type Keys struct {
	operators *Operators
	own       map[string]Target
}

// CompileLabels reads a map of names to format strings, in the shape of
// Istio's `logFormat.labels`. Errors name the label and its value.
func (o *Operators) CompileLabels(labels map[string]string) (*Keys, error) {
	k := &Keys{operators: o, own: make(map[string]Target, len(labels))}
	carriedBy := map[accesslog.Op]string{}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		target, err := o.compileLabel(labels[name])
		if errors.Is(err, errNoOperator) && labels[name] != "" {
			continue // a constant: as good as a label that is not listed
		}
		if err != nil {
			return nil, fmt.Errorf("`%s` %w, got %q", name, err, labels[name])
		}
		if target.text == nil {
			if other, ok := carriedBy[target.op]; ok {
				return nil, fmt.Errorf("`%s` and `%s` both hold %s", other, name, o.spellings[target.op])
			}
			carriedBy[target.op] = name
		}
		k.own[name] = target
	}
	return k, nil
}

// compileLabel reads a label's format: one operator, or a text of several.
func (o *Operators) compileLabel(format string) (Target, error) {
	prefix, columns, err := o.scan(format)
	if err != nil {
		return Target{}, err
	}
	if c := columns[0]; prefix == "" && len(columns) == 1 && c.literal == "" && c.known {
		return Target{op: c.op}, nil
	}
	text, err := o.CompileText(format)
	return Target{text: text}, err
}

// Target is what a named value carries.
type Target struct {
	op   accesslog.Op
	text *Text // of several operators; nil for one
}

// Lookup tells what the value under a name carries; false if nothing.
func (k *Keys) Lookup(name string) (Target, bool) {
	if len(k.own) > 0 {
		if t, ok := k.own[name]; ok {
			return t, true
		}
	}
	op, ok := k.operators.ByKey(name)
	return Target{op: op}, ok
}

// Store stores a value in the record.
func (t Target) Store(value string, rec *accesslog.Record) {
	if t.text != nil {
		t.text.fill(value, rec)
		return
	}
	rec.Offer(t.op, value)
}
