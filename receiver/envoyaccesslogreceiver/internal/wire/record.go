// SPDX-License-Identifier: Apache-2.0

package wire

// Tags of the fields of a log record whose body is a line of text.
const (
	TagTime         = 1<<3 | byte(Fixed64)
	TagBody         = 5<<3 | byte(Length)
	TagTraceID      = 9<<3 | byte(Length)
	TagSpanID       = 10<<3 | byte(Length)
	TagObservedTime = 11<<3 | byte(Fixed64)
)

// lineRecord looks at a log record that is a line of text in ASCII and has nothing that
// costs memory beside it. It leaves any other to message, and gives the same result for
// these. The depth is that of the record.
func (w *walk) lineRecord(f *field, l *list, b []byte, depth int) bool {
	body := bodyAlone(b)
	if body == nil || depth > w.depth {
		return false
	}
	before := w.size.Memory
	if !w.stringValue(body, depth+1) {
		return false
	}
	grown := *l
	w.size.Memory += f.cost + grown.add(1, f.element)
	if w.size.Memory > w.memory {
		w.size.Memory = before
		return false
	}
	*l = grown
	w.size.Records++
	return true
}

// bodyAlone gives the body of a log record whose other fields are times and
// identifiers. It is nil if the record has none, or another form.
func bodyAlone(b []byte) (body []byte) {
	for len(b) > 0 {
		n := 0
		switch b[0] {
		case TagTime, TagObservedTime:
			n = 1 + 8
		case TagTraceID:
			n = identifier(b, sizeTraceID)
		case TagSpanID:
			n = identifier(b, sizeSpanID)
		case TagBody:
			length, start := readVarint(b, 1)
			if body != nil || start < 0 || length > uint64(len(b)-start) {
				return nil
			}
			n = start + int(length)
			body = b[start:n]
		}
		if n == 0 || n > len(b) {
			return nil
		}
		b = b[n:]
	}
	return body
}

// identifier gives where an identifier ends that b begins with, 0 if pdata would refuse
// it. pdata itself writes empty ones.
func identifier(b []byte, size int) int {
	if len(b) < 2 || b[1] != 0 && int(b[1]) != size {
		return 0
	}
	return 2 + int(b[1])
}
