// SPDX-License-Identifier: Apache-2.0

package wire

// MeasureJSON looks at a request of OTLP's logs service in JSON. The error is an
// [*Error] if the request must not be decoded.
//
// It is stricter than pdata's decoder. That one goes on after an error, at
// another place of the text than a reader would think, so that nobody can tell
// what it will allocate. A request for which it would report an error is refused
// here.
func MeasureJSON(b []byte, l Limits) (Size, error) {
	w := jsonWalk{walk: newWalk(l, false), b: b}
	err := w.object(OTLPLogs, 1)
	if err == nil && w.next() != 0 {
		err = errMalformed
	}
	return w.end(err)
}

// RepairJSON replaces each byte that is not valid UTF-8 by '?', in place. In JSON
// such bytes are in strings alone.
func RepairJSON(b []byte) { repairUTF8(b) }

// object looks at the object or the null that stands for a message.
func (w *jsonWalk) object(m *Message, depth int) *Error {
	if w.next() == 'n' {
		return w.literal("null")
	}
	if !w.accept('{') {
		return errMalformed
	}
	if depth > w.depth {
		return errTooDeep
	}
	if w.accept('}') {
		return nil
	}
	base := w.enter(m)
	var seen uint64
	for {
		f, err := w.known(m)
		switch {
		case err != nil:
			return err
		case f == nil:
			err = w.skip(depth + 1)
		case f.list != 0:
			err = w.array(f, base, depth+1)
		default:
			if seen&f.once != 0 {
				return errMalformed
			}
			seen |= f.once
			err = w.jsonValue(f, depth+1)
		}
		if err != nil {
			return err
		}
		if w.accept('}') {
			w.leave(base)
			return nil
		}
		if !w.accept(',') {
			return errMalformed
		}
	}
}

// known reads the name of a field. It gives nil for a field that the decoder
// skips.
func (w *jsonWalk) known(m *Message) (*field, *Error) {
	name, escapes, err := w.text()
	// The decoder takes an empty name for the end of the object. A name with
	// escapes could be a known one, but nobody writes it so.
	if err == nil && (len(name) == 0 || escapes || !w.accept(':')) {
		err = errMalformed
	}
	if err == nil {
		// The decoder makes a string of each name.
		err = w.spend(alloc(len(name)))
	}
	if err != nil {
		return nil, err
	}
	number, ok := m.names[string(name)]
	if !ok {
		return nil, nil
	}
	return m.field(number), nil
}

// array looks at the array or the null that stands for a list.
func (w *jsonWalk) array(f *field, base, depth int) *Error {
	if w.next() == 'n' {
		return w.literal("null")
	}
	if !w.accept('[') {
		return errMalformed
	}
	if depth > w.depth {
		return errTooDeep
	}
	if w.accept(']') {
		return nil
	}
	for {
		if err := w.element(f, &w.lists[base+f.list-1], nil, f.wire); err != nil {
			return err
		}
		if err := w.jsonValue(f, depth+1); err != nil {
			return err
		}
		if w.accept(']') {
			return nil
		}
		if !w.accept(',') {
			return errMalformed
		}
	}
}

// jsonValue looks at one value of a known field.
func (w *jsonWalk) jsonValue(f *field, depth int) *Error {
	if err := w.spend(f.cost); err != nil {
		return err
	}
	switch f.kind {
	case message:
		return w.object(f.message, depth)
	case text:
		return w.string()
	default:
		return w.scalar(f.json)
	}
}
