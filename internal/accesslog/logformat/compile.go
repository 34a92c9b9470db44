// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"fmt"
	"strings"
)

// compile makes a layout of a format string: closed columns up to the first open
// one, then open ones with gaps between them, then closed ones.
func (o *Operators) compile(format string) (*layout, error) {
	prefix, columns, err := o.scan(trimEnd(format))
	if err != nil {
		return nil, err
	}
	if len(columns) > maxColumns {
		return nil, fmt.Errorf("has more than %d operators", maxColumns)
	}
	openDoubtful(prefix, columns)
	l := &layout{left: fixedColumns{before: newLiteral(prefix)}}
	current := &l.left
	for _, c := range columns {
		if c.shape != Open {
			current.add(c)
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

// openDoubtful makes the columns open whose values could hold the text that
// follows them. That is a token next to anything but spaces, quotes and the ends
// of the line: a client may write commas into its Host header, and Istio writes
// bars into cluster names. It is also a value without quotes that no quote
// follows.
func openDoubtful(prefix string, columns []column) {
	before := prefix
	for i := range columns {
		c := &columns[i]
		switch c.shape {
		case Token:
			if before != "" && !endsToken(before[len(before)-1]) || c.literal.text != "" && !endsToken(c.literal.text[0]) {
				c.open()
			}
		case Quoteless:
			if !c.proxyOnly && !strings.Contains(c.literal.text, `"`) {
				c.open()
			}
		}
		before = c.literal.text
	}
}

// open makes a column open.
func (c *column) open() {
	c.shape, c.byAlphabet, c.mayBeMissing, c.opened = Open, false, false, c.known
}

// addGap adds what stands between two open columns.
func (l *layout) addGap(f *fixedColumns) {
	if len(f.columns) == 0 {
		l.gaps = append(l.gaps, gap{f.before.text, -1})
		return
	}
	l.gaps = append(l.gaps, gap{"", len(l.closed)})
	l.closed = append(l.closed, newClosedColumns(*f))
}
