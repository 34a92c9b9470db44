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
	literal literal
	// byAlphabet is true if the value ends where its alphabet does.
	byAlphabet bool
	// mayBeMissing is true if the value may be `-`, which is not of its alphabet, and a
	// literal follows it.
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
	if c.mayBeMissing && at < len(line) && line[at] == missing[0] && c.literal.standsAt(line, at+len(missing)) {
		return at + len(missing), true
	}
	if c.byAlphabet {
		end = c.shape.end(line, at)
		return end, (end > at || c.shape == Token) && c.literal.standsAt(line, end)
	}
	if c.literal.text == "" {
		return len(line), c.shape.fits(line[at:])
	}
	if c.shape == Timestamp {
		line = line[:min(len(line), at+maxTimestamp+len(c.literal.text))]
	}
	if end = c.literal.find(line, at); end < 0 {
		return len(line), false
	}
	return end, c.shape.fits(line[at:end])
}

// valueStart finds where a value starts that ends at a place of the line: behind the
// literal. It fails if what stands between does not fit the shape; then start is
// how far it looked.
func (c *column) valueStart(line string, end int, before *literal) (start int, ok bool) {
	n := len(before.text)
	if c.shape == Token && n > 0 && endsToken(before.text[n-1]) {
		start = tokenStart(line, end)
		return start, start >= n && before.standsAt(line, start-n)
	}
	at := before.findLast(line, end)
	if at < 0 {
		return 0, false
	}
	start = at + n
	return start, c.shape.fits(line[start:end])
}

// store writes the value that stands at a place of the line into the record.
func (c *column) store(line string, at span, rec *accesslog.Record) {
	if c.known {
		rec.SetInLine(c.op, at.start, at.end)
	} else {
		rec.SetExtra(c.name, line[at.start:at.end])
	}
}
