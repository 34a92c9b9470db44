// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
// Istio's `logFormat.labels`. Errors name the label and its value. Of two labels
// for one operator the one counts whose spelling stands first in the table; the
// other fills what it leaves empty.
func (o *Operators) CompileLabels(labels map[string]string) (*Keys, error) {
	k := &Keys{operators: o, own: make(map[string]Target, len(labels))}
	best := map[accesslog.Op]string{}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		target, err := o.compileLabel(labels[name])
		if errors.Is(err, errNoOperator) && labels[name] != "" {
			continue // a constant: as good as a label that is not listed
		}
		if err != nil {
			return nil, fmt.Errorf("`%s` %w, got %q", name, err, labels[name])
		}
		k.own[name] = target
		if target.text != nil {
			continue
		}
		other, isSecond := best[target.op]
		switch {
		case !isSecond:
			best[target.op] = name
		case o.rank(labels[name]) < o.rank(labels[other]):
			k.makeSpare(other)
			best[target.op] = name
		default:
			k.makeSpare(name)
		}
	}
	return k, nil
}

// rank is the place of a label's only operator among the spellings that its row
// of the table has: the best comes first.
func (o *Operators) rank(format string) int {
	_, columns, err := o.scan(format)
	if err != nil {
		return 0
	}
	name, arg, _ := strings.Cut(columns[0].name, "(")
	row := o.find(name, strings.TrimSuffix(arg, ")"))
	if row == nil {
		return 0
	}
	return slices.IndexFunc(row.Spellings, func(s string) bool { return strings.EqualFold(s, columns[0].name) })
}

// makeSpare lets a label fill only what a better one leaves empty.
func (k *Keys) makeSpare(name string) {
	t := k.own[name]
	t.isSpare = true
	k.own[name] = t
}

// compileLabel reads a label's format: one operator, or a text of several.
func (o *Operators) compileLabel(format string) (Target, error) {
	prefix, columns, err := o.scan(format)
	if err != nil {
		return Target{}, err
	}
	if c := columns[0]; prefix == "" && len(columns) == 1 && c.literal.text == "" && c.known {
		return Target{op: c.op}, nil
	}
	text, err := o.CompileText(format)
	return Target{text: text}, err
}

// Target is what a named value carries.
type Target struct {
	op   accesslog.Op
	text *Text // of several operators; nil for one
	// isCommon: see IsCommon.
	isCommon bool
	// isSpare is true if another label carries the operator in a better spelling.
	isSpare bool
}

// Op is the operator that the value is of; false for a text of several.
func (t Target) Op() (accesslog.Op, bool) { return t.op, t.text == nil }

// IsCommon is true for a name that others than Envoy use, too. Its value is to be
// believed only beside another sign that Envoy wrote it.
func (t Target) IsCommon() bool { return t.isCommon }

// Lookup tells what the value under a name carries; false if nothing.
func (k *Keys) Lookup(name string) (Target, bool) {
	if len(k.own) > 0 {
		if t, ok := k.own[name]; ok {
			return t, true
		}
	}
	t, ok := k.operators.byKey[name]
	return t, ok
}

// All calls yield for each name that carries anything, in no order.
func (k *Keys) All(yield func(string, Target) bool) {
	for name, t := range k.own {
		if !yield(name, t) {
			return
		}
	}
	for name, t := range k.operators.byKey {
		if _, ok := k.own[name]; !ok && !yield(name, t) {
			return
		}
	}
}

// Store stores a value in the record.
func (t Target) Store(value string, rec *accesslog.Record) {
	if t.text != nil {
		t.text.fill(value, rec)
		return
	}
	if t.isSpare && rec.Get(t.op) != "" {
		return
	}
	rec.Offer(t.op, value)
}
