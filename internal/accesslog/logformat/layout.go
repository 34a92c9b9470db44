// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// layout is a compiled format string.
//
// A workload writes part of its own log line: open values may hold quotes,
// spaces and whole forged columns. So a layout is matched from both ends. Columns
// before the first open one and after the last one have a fixed place and are
// certain. Closed columns between two open ones are searched for. They are
// certain only if they are found in exactly one place.
type layout struct {
	// left is the whole line if there is no open column.
	left, right fixedColumns
	openColumns []column
	// gaps[i] stands between openColumns[i] and openColumns[i+1].
	gaps   []gap
	closed []closedColumns
}

// gap is what stands between two open columns: a literal, or closed columns.
type gap struct {
	literal string
	closed  int // index into layout.closed, or -1
}

// absorb merges a layout that differs in its only closed columns. The two are
// then told apart at each place of the line, rather than one before the other.
func (l *layout) absorb(o *layout) bool {
	return len(l.closed) == 1 && len(o.closed) == 1 &&
		l.left.equal(&o.left) && l.right.equal(&o.right) &&
		slices.Equal(l.openColumns, o.openColumns) && slices.Equal(l.gaps, o.gaps) &&
		l.closed[0].absorb(o.closed[0])
}

// proves tells whether the operators alone make a record an access log.
func (l *layout) proves() bool {
	var rec accesslog.Record
	mark := func(columns []column) {
		for i := range columns {
			if columns[i].known {
				rec.Set(columns[i].op, missing)
			}
		}
	}
	mark(l.left.columns)
	mark(l.right.columns)
	mark(l.openColumns)
	for i := range l.closed {
		mark(l.closed[i].alternatives[0].columns)
	}
	return rec.IsAccessLog()
}
