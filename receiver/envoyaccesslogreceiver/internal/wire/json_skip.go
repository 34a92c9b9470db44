// SPDX-License-Identifier: Apache-2.0

package wire

// skip reads a value that the decoder skips.
func (w *jsonWalk) skip(depth int) *Error {
	switch c := w.next(); c {
	case 'n':
		return w.literal("null")
	case 't':
		return w.literal("true")
	case 'f':
		return w.literal("false")
	case '"':
		return w.string()
	case '{', '[':
		if depth > w.depth {
			return errTooDeep
		}
		w.pos++
		return w.skipAll(c, depth)
	default:
		raw, err := w.number()
		if err == nil && raw[0] == '0' && !parses(jsonFloat, raw, false) {
			// The decoder reads these as a float32.
			return errMalformed
		}
		return err
	}
}

// skipAll reads the rest of an object or an array.
func (w *jsonWalk) skipAll(open byte, depth int) *Error {
	end := open + 2 // '}' or ']'
	if w.accept(end) {
		return nil
	}
	for {
		if open == '{' {
			if err := w.string(); err != nil {
				return err
			}
			if !w.accept(':') {
				return errMalformed
			}
		}
		if err := w.skip(depth + 1); err != nil {
			return err
		}
		if w.accept(end) {
			return nil
		}
		if !w.accept(',') {
			return errMalformed
		}
	}
}
