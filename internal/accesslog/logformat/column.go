// SPDX-License-Identifier: Apache-2.0

package logformat

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// column is one operator of a format string, and the text after it.
type column struct {
	op    accesslog.Op
	known bool // op is one of the table's; else the value goes to Extras under name
	name  string
	shape Shape
	// literal stands between this operator and the next.
	literal string
	// mayBeMissing is true if the value may be `-` and a literal follows it.
	mayBeMissing bool
	// proxyOnly is true if neither a client nor a server can write the value.
	proxyOnly bool
	// opened is true if the table has a closed shape, but the text around the
	// operator does not end such a value.
	opened bool
}

// valueEnd finds where a value ends that starts at a place of the line: where
// the literal follows. It fails if what stands before the literal does not fit
// the shape; then end is how far it looked.
func (c *column) valueEnd(line string, at int) (end int, ok bool) {
	if c.mayBeMissing && at < len(line) && line[at] == missing[0] && startsWith(line, at+len(missing), c.literal) {
		return at + len(missing), true
	}
	if c.literal == "" {
		return len(line), c.shape.fits(line[at:])
	}
	if c.shape == Timestamp {
		line = line[:min(len(line), at+maxTimestamp+len(c.literal))]
	}
	if end, ok := c.shape.end(line, at, c.literal[0]); ok {
		return end, (end > at || c.shape == Token) && startsWith(line, end, c.literal)
	}
	n := index(line[at:], c.literal)
	if n < 0 {
		return len(line), false
	}
	return at + n, c.shape.fits(line[at : at+n])
}

// valueStart finds where a value starts that ends with the line: behind the
// literal. It fails if what stands between does not fit the shape; then start is
// how far it looked.
func (c *column) valueStart(line, literal string) (start int, ok bool) {
	if c.shape == Token && literal != "" && endsToken(literal[len(literal)-1]) {
		start = tokenStart(line)
		return start, start >= len(literal) && startsWith(line, start-len(literal), literal)
	}
	at := lastIndex(line, literal)
	if at < 0 {
		return 0, false
	}
	start = at + len(literal)
	return start, c.shape.fits(line[start:])
}

// store writes the value that stands at a place of the line into the record.
func (c *column) store(line string, at span, rec *accesslog.Record) {
	if c.known {
		rec.SetInLine(c.op, at.start, at.end)
	} else {
		rec.SetExtra(c.name, line[at.start:at.end])
	}
}
