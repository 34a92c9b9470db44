package logformat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// layout is a compiled format string.
//
// A workload writes part of its own log line: open values may hold quotes,
// spaces and whole forged columns. So a layout is matched from both ends. What
// stands before the first open column and after the last one has a fixed place
// and is certain. Closed columns between two open ones are searched for. They
// are certain only if they are found in exactly one place.
type layout struct {
	// left is the whole line if there is no open column.
	left, right fixedColumns
	openColumns []column
	// gaps[i] parts openColumns[i] and openColumns[i+1].
	gaps   []gap
	closed []closedColumns
}

// compile makes a layout of a format string.
func (o *Operators) compile(format string) (*layout, error) {
	prefix, columns, err := o.scan(trimEnd(format))
	if err != nil {
		return nil, err
	}
	if len(columns) > maxColumns {
		return nil, fmt.Errorf("has more than %d operators", maxColumns)
	}
	openDoubtful(prefix, columns)
	l := &layout{left: fixedColumns{before: prefix}}
	current := &l.left
	for _, c := range columns {
		if c.shape != Open {
			current.columns = append(current.columns, c)
			continue
		}
		if current != &l.left {
			l.addGap(current)
		}
		l.openColumns = append(l.openColumns, c)
		current = &fixedColumns{before: c.literal}
	}
	if len(l.openColumns) > 0 {
		l.right = *current
	}
	return l, nil
}

// openDoubtful opens the columns whose values could hold what parts them. That
// is a token next to anything but spaces, quotes and the ends of the line: a
// client may write commas into its Host header, and Istio writes bars into
// cluster names. It is also a value without quotes that no quote follows.
func openDoubtful(prefix string, columns []column) {
	before := prefix
	for i := range columns {
		c := &columns[i]
		switch c.shape {
		case Token:
			if before != "" && !endsToken(before[len(before)-1]) || c.literal != "" && !endsToken(c.literal[0]) {
				c.open()
			}
		case Quoteless:
			if !c.proxyOnly && !strings.Contains(c.literal, `"`) {
				c.open()
			}
		}
		before = c.literal
	}
}

func (c *column) open() {
	c.shape, c.canMiss, c.opened = Open, false, c.known
}

func (l *layout) addGap(f *fixedColumns) {
	if len(f.columns) == 0 {
		l.gaps = append(l.gaps, gap{f.before, -1})
		return
	}
	l.gaps = append(l.gaps, gap{"", len(l.closed)})
	l.closed = append(l.closed, newClosedColumns(*f))
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
