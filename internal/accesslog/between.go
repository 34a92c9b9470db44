package accesslog

import "strings"

// parseBetween reads what lies between the two ends of a layout.
func (l *layout) parseBetween(line string, within span, rec *Record, withOpen bool) {
	found := &rec.scratch.found
	extras := len(rec.Extras)
	certain := true
	from := within.start
	for i := range l.middles {
		at, count := l.middles[i].find(line, within, rec)
		// Middles stand in the order of the format; one out of order is forged.
		if count != 1 || at.start < from {
			l.middles[i].forget(rec)
			certain = false
			continue
		}
		found[i], from = at, at.end
	}
	if !certain {
		rec.Ambiguous = true
		rec.Extras = rec.Extras[:extras]
		return
	}
	if withOpen {
		l.parseOpens(line, within, found[:len(l.middles)], rec)
	}
}

// parseOpens reads the open values, each stretch between two middles only if
// it can be parted in one way.
func (l *layout) parseOpens(line string, within span, middles []span, rec *Record) {
	from := within.start
	for first := 0; first < len(l.opens); {
		last, end, next := l.stretch(first, middles, within.end)
		if from <= end {
			partOpens(line, span{from, end}, l.opens[first:last+1], l.gaps[first:last], rec)
		}
		from, first = next, last+1
	}
}

// stretch finds the open operators from first up to the next middle, where in
// the text they end, and where the next stretch begins.
func (l *layout) stretch(first int, middles []span, lineEnd int) (last, end, next int) {
	for last = first; last < len(l.gaps); last++ {
		if m := l.gaps[last].middle; m >= 0 {
			return last, middles[m].start, middles[m].end
		}
	}
	return last, lineEnd, lineEnd
}

// partOpens stores open values that only literals part, unless a literal
// stands in the text more often than in the format: then none is certain.
func partOpens(line string, within span, opens []element, gaps []gap, rec *Record) {
	out := &rec.scratch.middle
	if !part(line, within, gaps, out) {
		// Only where a value was meant to be closed does a rule miss it.
		for _, e := range opens {
			rec.Ambiguous = rec.Ambiguous || e.known && operators[e.op].shape != Open
		}
		return
	}
	for i := range opens {
		opens[i].store(line, out[i], rec)
	}
}

// part finds the values between the literals, if there is one way to.
func part(line string, within span, gaps []gap, out *places) bool {
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
