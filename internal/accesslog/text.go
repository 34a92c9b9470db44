package accesslog

import (
	"errors"
	"strings"
)

// Format reads lines of text in one or several layouts. It is safe for
// concurrent use.
type Format struct {
	layouts []*layout
	// proves is true if every layout has the operators of an access log.
	proves bool
}

const (
	// maxPrefix bounds what a log collector may have put before a line.
	maxPrefix = 1024
	// maxStarts bounds the places tried as a line's start: each may cost as much
	// as the line is long.
	maxStarts = 16
	// maxTrailing bounds the empty columns after the end of a format.
	maxTrailing = 8
)

var errEmpty = errors.New("must not be empty")

// CompileText makes a Format of format strings, in the shape of Istio's
// `logFormat.text`. Layouts are tried in order. The error says what is wrong
// with a string but not under which key it stands.
func CompileText(formats ...string) (*Format, error) {
	f := &Format{proves: true}
	for _, format := range formats {
		if strings.TrimSpace(format) == "" {
			return nil, errEmpty
		}
		l, err := compile(format)
		if err != nil {
			return nil, err
		}
		f.add(l)
		f.proves = f.proves && l.proves()
	}
	return f, nil
}

// Proves tells whether a line that fits is an access log whatever its values
// are: a client that makes them doubtful must not hide its record by it. A
// format without such operators also fits lines of anything.
func (f *Format) Proves() bool { return f.proves }

func (f *Format) add(l *layout) {
	for _, known := range f.layouts {
		if known.absorb(l) {
			return
		}
	}
	f.layouts = append(f.layouts, l)
}

// Parse reads a line into the record, and is false if it has none of the
// layouts. Values that can be read in more than one way are left out, and the
// record is then marked as ambiguous. Values of open operators, which nothing
// but a user's own expressions may need, are only read if withOpen is set.
func (f *Format) Parse(line string, rec *Record, withOpen bool) bool {
	line = trimEnd(line)
	for _, l := range f.layouts {
		within, ok := l.matchEnds(line, rec)
		if ok {
			l.parseBetween(line, within, rec, withOpen)
			return true
		}
	}
	return false
}

// trimEnd cuts the line's end off. Not spaces: they part columns, and the last
// one may be empty.
func trimEnd(line string) string {
	for line != "" && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line
}

// matchEnds stores the values of the two ends and returns what lies between.
func (l *layout) matchEnds(line string, rec *Record) (within span, ok bool) {
	right, left := &rec.scratch.right, &rec.scratch.left
	end, lineEnd := len(line), len(line)
	if len(l.opens) > 0 {
		if end, lineEnd, ok = l.matchEnd(line, right); !ok {
			return span{}, false
		}
	}
	start := findStart(line, end, &l.left, left)
	for cut := 0; start < 0 && len(l.opens) == 0 && cut < maxTrailing; cut++ {
		// Empty columns after a format without open operators.
		var more bool
		if line, more = strings.CutSuffix(line, " "+missing); !more {
			break
		}
		end, lineEnd = len(line), len(line)
		start = findStart(line, end, &l.left, left)
	}
	if start < 0 {
		return span{}, false
	}
	rec.setLine(line[:lineEnd])
	l.right.store(line, right, rec)
	l.left.store(line, left, rec)
	return span{start, end}, true
}

// matchEnd matches the right end, also where empty columns were appended to
// the format. Only empty ones: others could be a client's words. It returns
// where the right end starts and where it ends.
func (l *layout) matchEnd(line string, out *places) (start, end int, ok bool) {
	for range maxTrailing {
		if start, ok := l.right.backward(line, out); ok {
			return start, len(line), true
		}
		var more bool
		if line, more = strings.CutSuffix(line, " "+missing); !more {
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// partOfLine is how a container runtime marks a line that it cut (at 16 KiB):
// what ends such a part is a client's words, not Envoy's columns.
const partOfLine = " P "

// findStart matches the left end at the start of the line, or after what a log
// collector put there, and returns where it ends; -1 if nowhere.
func findStart(line string, end int, left *run, out *places) int {
	if n, ok := left.forward(line, 0, end, out); ok {
		return n
	}
	if left.before == "" {
		return -1
	}
	most := min(end, maxPrefix)
	for from, tries := 1, 0; from < most && tries < maxStarts; from, tries = from+1, tries+1 {
		at := strings.Index(line[from:most], left.before)
		if at < 0 {
			return -1
		}
		from += at
		if strings.HasSuffix(line[:from], partOfLine) {
			return -1
		}
		if n, ok := left.forward(line, from, end, out); ok {
			return n
		}
	}
	return -1
}
