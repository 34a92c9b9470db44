// SPDX-License-Identifier: Apache-2.0

// Package logformat reads access logs in the formats that Envoy can be told to
// write: text by a format string, JSON, and single named values. A table says
// which operators are of interest and how they are spelled (see Operators).
//
// Invariant: every function is total. Whatever the bytes, it returns. Its work
// is bounded by a multiple of their length. It reports a value only where the
// input can be read in exactly one way.
package logformat

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// Operator is a command operator whose value goes into the record.
type Operator struct {
	Op    accesslog.Op
	Shape Shape
	// Spellings are the operator in format strings, argument included, without
	// the percent signs. Header names are in upper case. The first one is used in
	// messages.
	Spellings []string
}

// Operators is a table of operators. It is safe for concurrent use.
type Operators struct {
	byKey      map[string]Target
	bySpelling map[string]*Operator
	spellings  [accesslog.NumOps]string
}

// NewOperators makes a table. Named values carry an operator under the
// operator's own key, and under those of otherKeys. Common keys are those that
// others than Envoy use, too (see Target.IsCommon).
func NewOperators(rows []Operator, otherKeys map[string]accesslog.Op, commonKeys ...string) *Operators {
	o := &Operators{byKey: map[string]Target{}, bySpelling: map[string]*Operator{}}
	for i := range rows {
		row := &rows[i]
		o.byKey[row.Op.Key()] = Target{op: row.Op}
		o.spellings[row.Op] = "%" + row.Spellings[0] + "%"
		for _, s := range row.Spellings {
			o.bySpelling[s] = row
		}
	}
	for key, op := range otherKeys {
		o.byKey[key] = Target{op: op}
	}
	for _, key := range commonKeys {
		t := o.byKey[key]
		t.isCommon = true
		o.byKey[key] = t
	}
	return o
}

// ByKey finds the operator whose value an attribute or a JSON member of this
// name carries.
func (o *Operators) ByKey(key string) (accesslog.Op, bool) {
	t, ok := o.byKey[key]
	return t.op, ok
}

// find gives the operator that a format string spells so, nil if the table has
// none. Header names are compared without regard to case, as Envoy does.
func (o *Operators) find(name, arg string) *Operator {
	if arg == "" {
		return o.bySpelling[name]
	}
	if isHeaderOperator(name) {
		arg = strings.ToUpper(arg)
	}
	found := o.bySpelling[name+"("+arg+")"]
	if found == nil && isAddressWithMask(name) {
		found = o.bySpelling[name]
	}
	return found
}

func isHeaderOperator(name string) bool {
	switch name {
	case "REQ", "RESP", "TRAILER", "REQUEST_HEADER", "RESPONSE_HEADER", "RESPONSE_TRAILER":
		return true
	default:
		return false
	}
}

// isAddressWithMask holds for operators whose argument is the length of a prefix.
func isAddressWithMask(name string) bool { return strings.HasSuffix(name, "_WITHOUT_PORT") }
