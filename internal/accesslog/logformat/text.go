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
// are: a client that makes them doubtful must not hide its record by it. A
// format without such operators also fits lines of anything.
func (t *Text) Proves() bool { return t.proves }

// Parse reads a line into the record. It is false if the line has none of the
// layouts.
//
// Values that can be read in more than one way are left out, and the record is
// marked as ambiguous. Values of open operators are only read if withOpen is
// set: no rule needs them, only a user's own expressions may.
func (t *Text) Parse(line string, rec *accesslog.Record, scratch *Scratch, withOpen bool) bool {
	line = trimEnd(line)
	for _, l := range t.layouts {
		within, ok := l.matchEnds(line, rec, scratch)
		if ok {
			l.parseBetween(line, within, rec, scratch, withOpen)
			return true
		}
	}
	return false
}

// fill reads a text into what the record lacks: what is in doubt here must not
// take away what is known. It stands alone because Record and Scratch take some
// kilobytes, which a caller's frame should not hold for nothing: requests run on
// fresh, small stacks.
//
//go:noinline
func (t *Text) fill(value string, rec *accesslog.Record) {
	var parsed accesslog.Record
	var scratch Scratch
	if t.Parse(value, &parsed, &scratch, true) {
		rec.Fill(&parsed)
	}
}

// trimEnd cuts the line's end off. Not spaces: they part columns, and the last
// one may be empty.
func trimEnd(line string) string {
	for line != "" && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line
}
