// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"errors"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// Text reads lines of text in one or several layouts. It is safe for concurrent
// use.
type Text struct {
	layouts []*layout
	// proves is true if every layout has the operators of an access log.
	proves bool
}

var errEmpty = errors.New("must not be empty")

// CompileText compiles format strings, in the shape of Istio's `logFormat.text`.
// Layouts are tried in order. The error says what is wrong with a string, but
// not under which key it stands.
func (o *Operators) CompileText(formats ...string) (*Text, error) {
	t := &Text{proves: true}
	for _, format := range formats {
		if strings.TrimSpace(format) == "" {
			return nil, errEmpty
		}
		l, err := o.compile(format)
		if err != nil {
			return nil, err
		}
		t.add(l)
		t.proves = t.proves && l.proves()
	}
	return t, nil
}

func (t *Text) add(l *layout) {
	for _, known := range t.layouts {
		if known.absorb(l) {
			return
		}
	}
	t.layouts = append(t.layouts, l)
}

// Proves tells whether a line that fits is an access log, whatever its values
// are. A client that puts them in doubt must not hide its record by that. A
// format without the operators of an access log also fits other lines.
func (t *Text) Proves() bool { return t.proves }

// Parse reads a line into the record. It is false if the line has none of the
// layouts.
//
// Values that can be read in more than one way are left out, and the record is
// marked as ambiguous. An open value next to another one is read only if withOpen
// is set: no rule needs it, but a user's own expressions may.
func (t *Text) Parse(line string, rec *accesslog.Record, scratch *Scratch, withOpen bool) bool {
	line = trimEnd(line)
	for _, l := range t.layouts {
		within, ok := l.matchEnds(line, rec, scratch)
		if ok {
			l.parseBetweenEnds(line, within, rec, scratch, withOpen)
			return true
		}
	}
	return false
}

// fill reads a text into what the record lacks. A value that is in doubt here
// does not take away one that is known. It is not inlined: Record and Scratch
// take some kilobytes of stack, which callers would pay for even where they do
// not get here.
//
//go:noinline
func (t *Text) fill(value string, rec *accesslog.Record) {
	var parsed accesslog.Record
	var scratch Scratch
	if t.Parse(value, &parsed, &scratch, true) {
		rec.Fill(&parsed)
	}
}
