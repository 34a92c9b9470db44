package accesslog

import "slices"

// searchFactor and searchSlack bound what the search for a middle looks at: so
// many times the line's length and so many bytes more. Honest lines need two.
const (
	searchFactor = 8
	searchSlack  = 16 << 10
)

// middle is a run between two open values, in one of several alternatives that
// agree up to and including the anchor.
type middle struct {
	// anchor is the operator after whose literal the search looks.
	anchor       int
	alternatives []run
	// sameNext is true if the operator after the anchor is the same in all.
	sameNext bool
}

func newMiddle(r run) middle {
	return middle{anchor: anchorOf(r), alternatives: []run{r}, sameNext: true}
}

// anchorOf prefers an operator that more than one byte follows: such a text is
// rarer.
func anchorOf(r run) int {
	return max(0, slices.IndexFunc(r.elements, func(e element) bool { return len(e.literal) > 1 }))
}

// find looks for the middle anywhere in a part of the line and counts the
// places, over all alternatives, up to two: more than one is as good as none,
// and so is one where the search became too long. It stores the values of the
// first place in the record.
func (m *middle) find(line string, within span, rec *Record) (first span, count int) {
	literal := m.alternatives[0].elements[m.anchor].literal
	line = line[:within.end]
	left := budget(searchFactor*len(line) + searchSlack)
	// In a log most places fail by the first byte that follows.
	digitNext := m.digitNext()
	for from := within.start; ; {
		at := index(line[from:], literal)
		if at < 0 {
			return first, count
		}
		at += from
		from = at + 1
		if next := at + len(literal); digitNext && (next == len(line) || !isDigit(line[next])) {
			continue
		}
		place, n := m.match(line, at, within.start, rec, &left, count == 0)
		if n > 0 && count == 0 {
			first = place
		}
		if count += n; count > 1 || left < 0 {
			return first, 2
		}
	}
}

// match counts the alternatives that fit a place of the anchor's literal, and
// stores the values of the first if store is set.
func (m *middle) match(line string, at, lowest int, rec *Record, left *budget, store bool) (first span, count int) {
	head, out := &m.alternatives[0], &rec.scratch.middle
	start, ok := head.matchBackward(line, at, m.anchor, out, left)
	if !ok || start < lowest {
		return first, 0
	}
	after := at + len(head.elements[m.anchor].literal)
	for i := range m.alternatives {
		r := &m.alternatives[i]
		end, ok := matchForward(line, after, r.elements[m.anchor+1:], out[m.anchor+1:], left)
		if !ok {
			continue
		}
		if count++; count == 1 && store {
			first = span{start, end}
			r.store(line, out, rec)
		}
	}
	return first, count
}

// digitNext is true if a number follows the anchor in every alternative.
func (m *middle) digitNext() bool {
	first := &m.alternatives[0]
	return m.anchor+1 < len(first.elements) && first.elements[m.anchor+1].shape == Number && m.sameNext
}

// forget takes back what find stored.
func (m *middle) forget(rec *Record) {
	for i := range m.alternatives {
		m.alternatives[i].forget(rec)
	}
}

// absorb takes over the alternatives of another middle. It is false if the two
// do not start alike, and cannot be looked for together.
func (m *middle) absorb(o middle) bool {
	a, b := &m.alternatives[0], &o.alternatives[0]
	if m.anchor != o.anchor || a.before != b.before || !slices.Equal(a.elements[:m.anchor+1], b.elements[:m.anchor+1]) {
		return false
	}
	n := m.anchor + 1
	m.sameNext = m.sameNext && n < len(a.elements) && n < len(b.elements) && a.elements[n] == b.elements[n]
	m.alternatives = append(m.alternatives, o.alternatives...)
	return true
}
