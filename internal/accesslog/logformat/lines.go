// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// HasLineEnd tells whether a text may hold more than one line.
func HasLineEnd(text string) bool {
	return strings.IndexByte(trimEnd(text), '\n') >= 0
}

// IsSeveral tells whether a text holds more than one access log, each on a line of
// its own. Read as one line, the start of the first and the end of the last would
// be mixed. They are not read as several records: Envoy before 1.31.2 wrote line
// ends that stand in a server name, and so a client could write a record.
//
// A text with one complete line may be one line with a line end in it. isLine
// tells whether a line is complete. An object of JSON is.
func IsSeveral(text string, isLine func(line string) bool) bool {
	complete := 0
	for line := range strings.Lines(text) {
		if LooksLikeJSON(line) || isLine(line) {
			complete++
		}
		if complete > 1 {
			return true
		}
	}
	return false
}

// IsSeveral tells whether a text holds more than one line of these layouts.
func (t *Text) IsSeveral(text string, scratch *Scratch) bool {
	return HasLineEnd(text) && IsSeveral(text, func(line string) bool {
		var rec accesslog.Record
		return t.Parse(line, &rec, scratch, false)
	})
}
