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

// values holds what the operators of a run were matched with.
type values [maxElements]string

// forward matches the run from the start of s and returns how much it took.
func (r *run) forward(s string, out *values) (int, bool) {
	if !strings.HasPrefix(s, r.before) {
		return 0, false
	}
	n, ok := matchForward(s[len(r.before):], r.elements, out[:], len(s))
	return len(r.before) + n, ok
}

// backward matches the run against the end of s and returns where it starts.
func (r *run) backward(s string, out *values) (int, bool) {
	last := len(r.elements) - 1
	if last < 0 {
		return len(s) - len(r.before), strings.HasSuffix(s, r.before)
	}
	end := r.elements[last].literal
	if !strings.HasSuffix(s, end) {
		return 0, false
	}
	return r.matchBackward(s[:len(s)-len(end)], last, out, len(s))
}

// matchForward matches operators from the start of s; no value may be longer
// than most bytes.
func matchForward(s string, elements []element, out []string, most int) (int, bool) {
	pos := 0
	for i := range elements {
		e := &elements[i]
		end := len(s) - pos
		switch len(e.literal) {
		case 0:
		case 1:
			end = strings.IndexByte(s[pos:min(len(s), pos+most+1)], e.literal[0])
		default:
			end = index(s[pos:min(len(s), pos+most+len(e.literal))], e.literal)
		}
		if end < 0 {
			return 0, false
		}
		v := s[pos : pos+end]
		if !e.shape.fits(v) {
			return 0, false
		}
		out[i] = v
		pos += end + len(e.literal)
	}
	return pos, true
}

// matchBackward matches the operators up to the given one against the end of
// s, which ends with that operator's value; no value may be longer than most
// bytes.
func (r *run) matchBackward(s string, last int, out *values, most int) (int, bool) {
	for i := last; i >= 0; i-- {
		literal := r.before
		if i > 0 {
			literal = r.elements[i-1].literal
		}
		start := lastIndex(s, literal, most)
		if start < 0 {
			return 0, false
		}
		v := s[start+len(literal):]
		if !r.elements[i].shape.fits(v) {
			return 0, false
		}
		out[i] = v
		s = s[:start]
	}
	return len(s), true
}

// index finds the first place of a literal. The literals of formats are short
// and start with a rare byte, for which looking for that byte is fastest.
func index(s, literal string) int {
	for from := 0; ; {
		at := strings.IndexByte(s[from:], literal[0])
		if at < 0 {
			return -1
		}
		from += at
		if strings.HasPrefix(s[from:], literal) {
			return from
		}
		from++
	}
}

// lastIndex finds the last place of the literal, at most so many bytes before
// the end. An empty literal stands at the start.
func lastIndex(s, literal string, most int) int {
	if literal == "" {
		return 0
	}
	final := literal[len(literal)-1]
	lowest := max(len(literal)-1, len(s)-most-len(literal))
	if len(literal) == 1 {
		for i := len(s) - 1; i >= lowest; i-- {
			if s[i] == final {
				return i
			}
		}
		return -1
	}
	for i := len(s) - 1; i >= lowest; i-- {
		if s[i] == final && s[i+1-len(literal):i+1] == literal {
			return i + 1 - len(literal)
		}
	}
	return -1
}

// store writes the values of a run into the record.
func (r *run) store(vs *values, rec *Record) {
	for i := range r.elements {
		r.elements[i].store(vs[i], rec)
	}
}

func (e *element) store(v string, rec *Record) {
	if e.known {
		rec.Set(e.op, v)
	} else {
		rec.SetExtra(e.name, v)
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
