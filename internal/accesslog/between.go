package accesslog

import "strings"

// parseBetween reads what lies between the two ends of a layout.
func (l *layout) parseBetween(s string, rec *Record, withOpen bool) {
	var places [maxElements / 2]span
	certain := true
	from := 0
	for i := range l.middles {
		place, count := l.middles[i].find(s, rec)
		// Middles stand in the order of the format; one out of order is forged.
		if count != 1 || place.start < from {
			l.middles[i].forget(rec)
			certain = false
			continue
		}
		places[i], from = place, place.end
	}
	if !certain {
		rec.Ambiguous = true
		return
	}
	if withOpen {
		l.parseOpens(s, places[:len(l.middles)], rec)
	}
}

// parseOpens reads the open values, each stretch between two middles only if
// it can be parted in one way.
func (l *layout) parseOpens(s string, middles []span, rec *Record) {
	from := 0
	for first := 0; first < len(l.opens); {
		last, end, next := l.stretch(first, middles, len(s))
		if from <= end {
			partOpens(s[from:end], l.opens[first:last+1], l.gaps[first:last], rec)
		}
		from, first = next, last+1
	}
}

// stretch finds the open operators from first up to the next middle, where in
// the text they end, and where the next stretch begins.
func (l *layout) stretch(first int, middles []span, length int) (last, end, next int) {
	for last = first; last < len(l.gaps); last++ {
		if m := l.gaps[last].middle; m >= 0 {
			return last, middles[m].start, middles[m].end
		}
	}
	return last, length, length
}

// partOpens stores open values that only literals part, unless a literal
// stands in the text more often than in the format: then none is certain.
func partOpens(s string, opens []element, gaps []gap, rec *Record) {
	var vs values
	rest := s
	for i, g := range gaps {
		var found bool
		if vs[i], rest, found = strings.Cut(rest, g.literal); !found {
			return
		}
	}
	for _, g := range gaps {
		if strings.Contains(rest, g.literal) {
			return
		}
	}
	vs[len(gaps)] = rest
	for i := range opens {
		opens[i].store(vs[i], rec)
	}
}
