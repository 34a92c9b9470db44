// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// parseBetweenEnds reads what stands between the two ends of a layout: closed
// columns first, then the open ones between them.
func (l *layout) parseBetweenEnds(line string, within span, rec *accesslog.Record, scratch *Scratch, withOpen bool) {
	extras := len(rec.Extras)
	certain := true
	from := within.start
	for i := range l.closed {
		at, count := l.closed[i].find(line, within, rec, scratch)
		// Closed columns stand in the order of the format. One that is out of
		// order was forged.
		if count != 1 || at.start < from {
			l.closed[i].forget(rec)
			certain = false
			continue
		}
		scratch.found[i], from = at, at.end
	}
	if !certain {
		rec.Ambiguous = true
		rec.Extras = rec.Extras[:extras]
		return
	}
	l.parseOpen(line, within, rec, scratch, withOpen)
}

// parseOpen reads the open values between each two closed columns, where there
// is only one way to split them. Without all it reads only those that stand alone:
// they need no split.
func (l *layout) parseOpen(line string, within span, rec *accesslog.Record, scratch *Scratch, all bool) {
	from := within.start
	for first := 0; first < len(l.openColumns); {
		last, end, next := l.untilClosed(first, &scratch.found, within.end)
		if from <= end && (all || last == first) {
			splitOpen(line, span{from, end}, l.openColumns[first:last+1], l.gaps[first:last], rec, &scratch.closed)
		}
		from, first = next, last+1
	}
}

// untilClosed finds the open columns from first up to the next closed ones: the
// last of them, where in the line they end, and where the closed ones end.
func (l *layout) untilClosed(first int, closed *places, lineEnd int) (last, end, next int) {
	for last = first; last < len(l.gaps); last++ {
		if i := l.gaps[last].closed; i >= 0 {
			return last, closed[i].start, closed[i].end
		}
	}
	return last, lineEnd, lineEnd
}

// splitOpen stores open values that only literals separate. If a literal stands
// in the text more often than in the format, none of the values is certain.
func splitOpen(line string, within span, columns []column, gaps []gap, rec *accesslog.Record, out *places) {
	if !split(line, within, gaps, out) {
		// No rule needs a value whose shape in the table is open.
		for i := range columns {
			rec.Ambiguous = rec.Ambiguous || columns[i].opened
		}
		return
	}
	for i := range columns {
		columns[i].store(line, out[i], rec)
	}
}

// split finds the values between the literals. It is false unless there is
// exactly one way.
func split(line string, within span, gaps []gap, out *places) bool {
	from := within.start
	for i, g := range gaps {
		at := strings.Index(line[from:within.end], g.literal)
		if at < 0 {
			return false
		}
		out[i] = span{from, from + at}
		from += at + len(g.literal)
	}
	for _, g := range gaps {
		if strings.Contains(line[from:within.end], g.literal) {
			return false
		}
	}
	out[len(gaps)] = span{from, within.end}
	return true
}
