// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

const (
	// maxPrefix bounds what a log collector may have put before a line.
	maxPrefix = 1024
	// maxStarts bounds the places tried as a line's start: each may cost as much
	// as the line is long.
	maxStarts = 16
	// maxTrailing bounds the empty columns after the end of a format.
	maxTrailing = 8
)

// matchEnds stores the values of the two ends and returns what stands between
// them.
func (l *layout) matchEnds(line string, rec *accesslog.Record, scratch *Scratch) (within span, ok bool) {
	right, left := &scratch.right, &scratch.left
	end, lineEnd := len(line), len(line)
	if len(l.openColumns) > 0 {
		if end, lineEnd, ok = l.matchEnd(line, right); !ok {
			return span{}, false
		}
	}
	start := findStart(line, end, &l.left, left)
	for cut := 0; start < 0 && len(l.openColumns) == 0 && cut < maxTrailing; cut++ {
		// Empty columns after a format without open columns.
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
	rec.SetLine(line[:lineEnd])
	l.right.store(line, right, rec)
	l.left.store(line, left, rec)
	return span{start, end}, true
}

// matchEnd matches the right end, also where empty columns were appended to the
// format. Others than empty ones could be a client's words. It returns where the
// right end starts and where it ends.
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

// partOfLine is how a container runtime marks a line that it cut at 16 KiB. Such a
// part ends with a client's words, not with Envoy's columns.
const partOfLine = " P "

// findStart matches the left end at the start of the line, or after what a log
// collector put there, and returns where it ends; -1 if nowhere.
func findStart(line string, end int, left *fixedColumns, out *places) int {
	if n, ok := left.forward(line, 0, end, out); ok {
		return n
	}
	if left.before.text == "" {
		return -1
	}
	most := min(end, maxPrefix)
	for from, tries := 1, 0; from < most && tries < maxStarts; from, tries = from+1, tries+1 {
		at := strings.Index(line[from:most], left.before.text)
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
