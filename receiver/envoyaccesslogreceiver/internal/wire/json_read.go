// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"unicode/utf8"
)

// jsonWalk looks at a message in JSON.
type jsonWalk struct {
	*walk
	b   []byte
	pos int
}

// spend counts bytes that the decoder allocates.
func (w *jsonWalk) spend(bytes int64) *Error {
	w.size.Memory += bytes
	if w.size.Memory > w.memory {
		return errTooMuchMemory
	}
	return nil
}

// next gives the next byte that is not white space, without reading it. It is 0
// at the end.
func (w *jsonWalk) next() byte {
	for w.pos < len(w.b) {
		switch c := w.b[w.pos]; c {
		case ' ', '\t', '\n', '\r':
			w.pos++
		case 0:
			// Not the end, but nothing that may be there.
			return 1
		default:
			return c
		}
	}
	return 0
}

// accept reads the next byte if it is c.
func (w *jsonWalk) accept(c byte) bool {
	if w.pos < len(w.b) && w.b[w.pos] == c {
		w.pos++
		return true
	}
	return w.acceptAfterSpace(c)
}

func (w *jsonWalk) acceptAfterSpace(c byte) bool {
	if w.next() != c {
		return false
	}
	w.pos++
	return true
}

// literal reads null, true or false.
func (w *jsonWalk) literal(text string) *Error {
	end := w.pos + len(text)
	if end > len(w.b) || string(w.b[w.pos:end]) != text {
		return errMalformed
	}
	w.pos = end
	return nil
}

// text reads a string. It gives what is between the quotes, and whether there
// are escapes in it.
func (w *jsonWalk) text() (raw []byte, escapes bool, err *Error) {
	if !w.accept('"') {
		return nil, false, errMalformed
	}
	start, ascii := w.pos, true
	for i := start + plainLength(w.b[start:]); i < len(w.b); i += 1 + plainLength(w.b[i+1:]) {
		switch c := w.b[i]; {
		case c == '"':
			raw, w.pos = w.b[start:i], i+1
			if !ascii && !utf8.Valid(raw) {
				w.size.InvalidUTF8 = true
			}
			return raw, escapes, nil
		case c == '\\':
			n := escape(w.b[i:])
			if n == 0 {
				return nil, false, errMalformed
			}
			escapes = true
			i += n - 1
		case c < ' ':
			return nil, false, errMalformed
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false, errMalformed
}

// escape gives the length of the escape that b begins with, 0 if it is none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(b) >= 6 && isHex(b[2:6]) {
			return 6
		}
	}
	return 0
}

func isHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// string reads a string, or the null that stands for an empty one.
func (w *jsonWalk) string() *Error {
	if w.next() == 'n' {
		return w.literal("null")
	}
	raw, escapes, err := w.text()
	if err != nil {
		return err
	}
	return w.spend(stringCost(raw, escapes))
}

// stringCost is what the decoder allocates for a string. One with escapes is
// appended byte by byte. No escape is shorter than what it stands for.
func stringCost(raw []byte, escapes bool) int64 {
	if escapes {
		return appended(len(raw))
	}
	return alloc(len(raw))
}
