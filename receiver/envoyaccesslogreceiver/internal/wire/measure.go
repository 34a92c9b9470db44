// SPDX-License-Identifier: Apache-2.0

package wire

import "unicode/utf8"

// Measure looks at a serialized message. The error is an [*Error] if the message
// must not be decoded; the size is then that of what was looked at.
func (m *Message) Measure(b []byte, l Limits) (Size, error) {
	w := newWalk(l, false)
	return w.end(w.message(m, b, 1))
}

// Repair replaces each byte that is not valid UTF-8 in a string by '?', in
// place. Fields of type bytes and unknown fields stay as they are, and so does
// every length. It is called after [Message.Measure] found such bytes, with the
// same limits.
func (m *Message) Repair(b []byte, l Limits) error {
	w := newWalk(l, true)
	_, err := w.end(w.message(m, b, 1))
	return err
}

// message looks at the fields of a message.
func (w *walk) message(m *Message, b []byte, depth int) *Error {
	if depth > w.depth {
		return errTooDeep
	}
	base := w.enter(m)
	var seen uint64
	end := 0
	for ; len(b) > 0; b = b[end:] {
		var number uint64
		var wt Type
		var start int
		if number, wt, start, end = readField(b); end < 0 {
			return errMalformed
		}
		f := m.field(number)
		w.size.Uncommon = w.size.Uncommon || f.uncommon
		var err *Error
		switch {
		case f.free && wt == f.wire:
			if n := end - start; f.exact != 0 && n != 0 && n != f.exact {
				return errMalformed
			}
			continue
		case f.pairs && wt == Length:
			if n := w.pairs(f, &w.lists[base+f.list-1], b, depth+2); n > 0 {
				end = n
				break
			}
			err = w.value(f, b[start:end], wt, base, depth)
		case f.record && wt == Length && w.lineRecord(f, &w.lists[base+f.list-1], b[start:end], depth+1):
		case f.kind != unknown && (wt == f.wire || wt == Length && f.packed):
			if seen&f.once != 0 {
				return errMalformed
			}
			seen |= f.once
			err = w.value(f, b[start:end], wt, base, depth)
		case f.kind != unknown && m.strict:
			return errMalformed
		case m.keepsUnknown:
			w.size.Memory += w.lists[base+m.lists-1].add(end, 1)
		}
		if err != nil {
			return err
		}
		if w.size.Memory > w.memory {
			return errTooMuchMemory
		}
	}
	w.leave(base)
	return nil
}

// value looks at the value of a known field.
func (w *walk) value(f *field, v []byte, wt Type, base, depth int) *Error {
	w.size.Memory += f.cost
	if f.list != 0 {
		if err := w.element(f, &w.lists[base+f.list-1], v, wt); err != nil {
			return err
		}
	}
	switch f.kind {
	case text:
		w.size.Memory += alloc(len(v))
		if !isASCII(v) && !utf8.Valid(v) {
			w.size.InvalidUTF8 = true
			if w.repair {
				repairUTF8(v)
			}
		}
	case blob:
		w.size.Memory += alloc(len(v))
	case message, entry:
		if f.message.string && w.stringValue(v, depth+1) {
			return nil
		}
		return w.message(f.message, v, depth+1)
	}
	return nil
}

// element counts an element of a list or a map.
func (w *walk) element(f *field, l *list, v []byte, wt Type) *Error {
	switch {
	case f.kind == entry:
		w.size.Memory += l.addEntry(f.element)
	case wt != f.wire:
		// Each byte may be a value.
		w.size.Memory += l.add(len(v), f.element)
	default:
		w.size.Memory += l.add(1, f.element)
	}
	if f.record {
		w.size.Records++
	}
	if f.pairs {
		w.size.Attributes++
	}
	if f.limited && l.n > w.attributes {
		return errTooManyAttributes
	}
	if w.size.Memory > w.memory {
		return errTooMuchMemory
	}
	return nil
}
