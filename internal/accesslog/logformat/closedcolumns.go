// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// searchFactor and searchSlack bound what the search for closed columns looks
// at: so many times the line's length and so many bytes more. Honest lines need
// two times.
const (
	searchFactor = 8
	searchSlack  = 16 << 10
)

// closedColumns are fixed columns between two open ones. They have no fixed
// place in the line and are searched for. Formats that differ in nothing else
// share one search: each has its alternative. All alternatives are the same up to
// and including the anchor.
type closedColumns struct {
	// anchor is the operator after whose literal the search looks.
	anchor       int
	alternatives []fixedColumns
	// sameNext is true if the operator after the anchor is the same in all.
	sameNext bool
}

func newClosedColumns(f fixedColumns) closedColumns {
	return closedColumns{anchor: anchorOf(f), alternatives: []fixedColumns{f}, sameNext: true}
}

// anchorOf prefers an operator with a literal of more than one byte: it is rarer
// in a line.
func anchorOf(f fixedColumns) int {
	return max(0, slices.IndexFunc(f.columns, func(c column) bool { return len(c.literal.text) > 1 }))
}

// find searches a part of the line and counts the places, over all
// alternatives, up to two. More than one place is as good as none: a client
// wrote the others. So is a search that became too long. The values of the
// first place go into the record.
func (cc *closedColumns) find(line string, within span, rec *accesslog.Record, scratch *Scratch) (first span, count int) {
	literal := &cc.alternatives[0].columns[cc.anchor].literal
	line = line[:within.end]
	left := budget(searchFactor*len(line) + searchSlack)
	// In a log most places fail by the first byte that follows.
	digitNext := cc.digitNext()
	for from := within.start; ; {
		at := literal.find(line, from)
		if at < 0 {
			return first, count
		}
		from = at + 1
		if next := at + len(literal.text); digitNext && (next == len(line) || !isDigit(line[next])) {
			continue
		}
		place, n := cc.match(line, at, within.start, rec, scratch, &left)
		if n > 0 && count == 0 {
			first, rec = place, nil
		}
		if count += n; count > 1 || left < 0 {
			return first, 2
		}
	}
}

// match counts the alternatives that fit a place of the anchor's literal. The
// values of the first go into the record, unless it is nil.
func (cc *closedColumns) match(line string, at, lowest int, rec *accesslog.Record, scratch *Scratch, left *budget) (first span, count int) {
	head, out := &cc.alternatives[0], &scratch.closed
	start, ok := head.matchBackward(line, at, cc.anchor, out, left)
	if !ok || start < lowest {
		return first, 0
	}
	after := at + len(head.columns[cc.anchor].literal.text)
	for i := range cc.alternatives {
		f := &cc.alternatives[i]
		end, ok := matchForward(line, after, f.columns[cc.anchor+1:], out[cc.anchor+1:], left)
		if !ok {
			continue
		}
		if count++; count == 1 && rec != nil {
			first = span{start, end}
			f.store(line, out, rec)
		}
	}
	return first, count
}

// digitNext is true if a number follows the anchor in every alternative.
func (cc *closedColumns) digitNext() bool {
	first := &cc.alternatives[0]
	return cc.anchor+1 < len(first.columns) && first.columns[cc.anchor+1].shape == Number && cc.sameNext
}

// forget takes back what find stored.
func (cc *closedColumns) forget(rec *accesslog.Record) {
	for i := range cc.alternatives {
		cc.alternatives[i].forget(rec)
	}
}

// absorb takes over the alternatives of others. It is false if the two do not
// start alike: one search cannot find both.
func (cc *closedColumns) absorb(others closedColumns) bool {
	a, b := &cc.alternatives[0], &others.alternatives[0]
	if cc.anchor != others.anchor || a.before != b.before || !slices.Equal(a.columns[:cc.anchor+1], b.columns[:cc.anchor+1]) {
		return false
	}
	n := cc.anchor + 1
	cc.sameNext = cc.sameNext && n < len(a.columns) && n < len(b.columns) && a.columns[n] == b.columns[n]
	cc.alternatives = append(cc.alternatives, others.alternatives...)
	return true
}
