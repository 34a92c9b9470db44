package accesslog

import "strings"

// run is a sequence of closed operators: their values cannot hold what parts
// them, so they have fixed places relative to each other.
type run struct {
	// before is the text in front of the first operator.
	before   string
	elements []element
}

// maxElements bounds the operators of one format.
const maxElements = 64

// span is a place in a line.
type span struct{ start, end int }

// places holds where in a line the values of a run's operators stand.
type places [maxElements]span

// budget bounds the bytes that a search looks at: a client may write the text
// that is searched, and must not be able to make it cost more than a multiple of
// the line's length.
type budget int

// spend takes off what a step looked at, and tells whether anything is left.
func (b *budget) spend(bytes int) bool {
	*b -= budget(bytes)
	return *b >= 0
}

// forward matches the run at a place of the line, which ends at end, and
// returns where it ends.
func (r *run) forward(line string, at, end int, out *places) (int, bool) {
	if !strings.HasPrefix(line[at:end], r.before) {
		return 0, false
	}
	all := budget(len(line))
	return matchForward(line[:end], at+len(r.before), r.elements, out[:], &all)
}

// backward matches the run against the end of the line and returns where it
// starts.
func (r *run) backward(line string, out *places) (int, bool) {
	last := len(r.elements) - 1
	if last < 0 {
		return len(line) - len(r.before), strings.HasSuffix(line, r.before)
	}
	literal := r.elements[last].literal
	if !strings.HasSuffix(line, literal) {
		return 0, false
	}
	all := budget(len(line))
	return r.matchBackward(line, len(line)-len(literal), last, out, &all)
}

// matchForward matches operators from a place of the line on.
func matchForward(line string, at int, elements []element, out []span, left *budget) (int, bool) {
	for i := range elements {
		e := &elements[i]
		end, ok := e.valueEnd(line, at)
		if !left.spend(end-at) || !ok {
			return 0, false
		}
		out[i] = span{at, end}
		at = end + len(e.literal)
	}
	return at, true
}

// valueEnd finds the end of a value that starts at a place of the line: where
// the operator's literal follows and what lies before it fits the shape. If it
// fails, end is how far it looked.
func (e *element) valueEnd(line string, at int) (end int, ok bool) {
	if e.canMiss && at < len(line) && line[at] == missing[0] && startsWith(line, at+len(missing), e.literal) {
		return at + len(missing), true
	}
	if e.literal == "" {
		return len(line), e.shape.fits(line[at:])
	}
	if e.shape == Timestamp {
		line = line[:min(len(line), at+maxTimestamp+len(e.literal))]
	}
	if end, ok := e.shape.end(line, at, e.literal[0]); ok {
		return end, (end > at || e.shape == Token) && startsWith(line, end, e.literal)
	}
	n := index(line[at:], e.literal)
	if n < 0 {
		return len(line), false
	}
	return at + n, e.shape.fits(line[at : at+n])
}

// matchBackward matches the operators up to the given one, whose value ends at
// a place of the line.
func (r *run) matchBackward(line string, end, last int, out *places, left *budget) (int, bool) {
	for i := last; i >= 0; i-- {
		literal := r.before
		if i > 0 {
			literal = r.elements[i-1].literal
		}
		start, ok := r.elements[i].valueStart(line[:end], literal)
		if !left.spend(end-start) || !ok {
			return 0, false
		}
		out[i] = span{start, end}
		end = start - len(literal)
	}
	return end, true
}

// valueStart finds the start of a value that ends with the line: behind the
// literal, if what lies between fits the shape. If it fails, start is how far it
// looked.
func (e *element) valueStart(line, literal string) (start int, ok bool) {
	if e.shape == Token && literal != "" && endsToken(literal[len(literal)-1]) {
		start = tokenStart(line)
		return start, start >= len(literal) && startsWith(line, start-len(literal), literal)
	}
	at := lastIndex(line, literal)
	if at < 0 {
		return 0, false
	}
	start = at + len(literal)
	return start, e.shape.fits(line[start:])
}

// tokenStart finds the start of the token that ends the line.
func tokenStart(line string) int {
	i := len(line) - 1
	for i >= 0 && !endsToken(line[i]) {
		i--
	}
	return i + 1
}

// index finds the first place of a literal. The literals of formats are short
// and start with a rare byte, for which looking for that byte is fastest.
func index(s, literal string) int {
	if len(literal) == 1 {
		return strings.IndexByte(s, literal[0])
	}
	for from := 0; ; from++ {
		at := strings.IndexByte(s[from:], literal[0])
		if at < 0 {
			return -1
		}
		if from += at; startsWith(s, from, literal) {
			return from
		}
	}
}

// startsWith tells whether a literal stands at a place of s.
func startsWith(s string, at int, literal string) bool {
	if len(s)-at < len(literal) {
		return false
	}
	for i := range len(literal) {
		if s[at+i] != literal[i] {
			return false
		}
	}
	return true
}

// lastIndex finds the last place of the literal, -1 if there is none. An empty
// literal stands at the start.
func lastIndex(s, literal string) int {
	if literal == "" {
		return 0
	}
	final := literal[len(literal)-1]
	for i := len(s) - 1; i >= len(literal)-1; i-- {
		if s[i] == final && startsWith(s, i+1-len(literal), literal) {
			return i + 1 - len(literal)
		}
	}
	return -1
}

// store writes the values of a run into the record.
func (r *run) store(line string, at *places, rec *Record) {
	for i := range r.elements {
		r.elements[i].store(line, at[i], rec)
	}
}

func (e *element) store(line string, at span, rec *Record) {
	if e.known {
		rec.setInLine(e.op, at)
	} else {
		rec.SetExtra(e.name, line[at.start:at.end])
	}
}

// forget takes back what store wrote of operators.
func (r *run) forget(rec *Record) {
	for i := range r.elements {
		if r.elements[i].known {
			rec.unset(r.elements[i].op)
		}
	}
}
