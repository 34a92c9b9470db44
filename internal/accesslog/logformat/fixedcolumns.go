// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// fixedColumns is a sequence of closed operators. Their values cannot hold what
// separates them, so that they have fixed places relative to each other.
type fixedColumns struct {
	// before is the text in front of the first operator.
	before  literal
	columns []column
	// ops are those of the columns that are known.
	ops accesslog.OpSet
	// known and unknown are the places of columns, by column.known.
	known, unknown []uint8
}

func (f *fixedColumns) add(c column) {
	place := uint8(len(f.columns)) // below maxColumns
	f.columns = append(f.columns, c)
	if c.known {
		f.ops.Add(c.op)
		f.known = append(f.known, place)
	} else {
		f.unknown = append(f.unknown, place)
	}
}

// forward matches the columns at a place of the line, which ends at end, and
// returns where they end.
func (f *fixedColumns) forward(line string, at, end int, out *places) (int, bool) {
	line = line[:end]
	if !f.before.standsAt(line, at) {
		return 0, false
	}
	left := budget(len(line))
	return matchForward(line, at+len(f.before.text), f.columns, out[:], &left)
}

// backward matches the columns against the end of the line and returns where
// they start.
func (f *fixedColumns) backward(line string, out *places) (int, bool) {
	last := len(f.columns) - 1
	if last < 0 {
		return len(line) - len(f.before.text), strings.HasSuffix(line, f.before.text)
	}
	literal := f.columns[last].literal.text
	if !strings.HasSuffix(line, literal) {
		return 0, false
	}
	left := budget(len(line))
	return f.matchBackward(line, len(line)-len(literal), last, out, &left)
}

// matchForward matches columns from a place of the line on, and returns where
// they end.
func matchForward(line string, at int, columns []column, out []span, left *budget) (int, bool) {
	for i := range columns {
		c := &columns[i]
		end, ok := c.valueEnd(line, at)
		if !left.spend(end-at) || !ok {
			return 0, false
		}
		out[i] = span{at, end}
		at = end + len(c.literal.text)
	}
	return at, true
}

// matchBackward matches the columns up to the given one, whose value ends at a
// place of the line. It returns where they start.
func (f *fixedColumns) matchBackward(line string, end, last int, out *places, left *budget) (int, bool) {
	for i := last; i >= 0; i-- {
		before := &f.before
		if i > 0 {
			before = &f.columns[i-1].literal
		}
		start, ok := f.columns[i].valueStart(line, end, before)
		if !left.spend(end-start) || !ok {
			return 0, false
		}
		out[i] = span{start, end}
		end = start - len(before.text)
	}
	return end, true
}

// store writes the values into the record.
func (f *fixedColumns) store(line string, at *places, rec *accesslog.Record) {
	rec.SetAllInLine(f.ops)
	for _, i := range f.known {
		found := at[i%maxColumns] // which needs no check of a bound
		rec.SetPlace(f.columns[i].op, found.start, found.end)
	}
	for _, i := range f.unknown {
		f.columns[i].store(line, at[i], rec)
	}
}

// forget takes back what store wrote of operators.
func (f *fixedColumns) forget(rec *accesslog.Record) {
	for op := range f.ops.All {
		rec.Unset(op)
	}
}

func (f *fixedColumns) equal(o *fixedColumns) bool {
	return f.before == o.before && slices.Equal(f.columns, o.columns)
}
