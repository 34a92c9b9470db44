// SPDX-License-Identifier: Apache-2.0

package wire

// number reads a number of JSON's grammar that a float64 can hold.
func (w *jsonWalk) number() ([]byte, *Error) {
	w.next()
	start := w.pos
	if w.pos < len(w.b) && w.b[w.pos] == '-' {
		w.pos++
	}
	ok := w.pos < len(w.b) && w.b[w.pos] == '0'
	if ok {
		w.pos++
	} else {
		ok = w.digits()
	}
	if ok && w.pos < len(w.b) && w.b[w.pos] == '.' {
		w.pos++
		ok = w.digits()
	}
	exponent := false
	if ok && w.pos < len(w.b) && w.b[w.pos]|' ' == 'e' {
		w.pos++
		if w.pos < len(w.b) && (w.b[w.pos] == '+' || w.b[w.pos] == '-') {
			w.pos++
		}
		exponent, ok = true, w.digits()
	}
	raw := w.b[start:w.pos]
	if !ok || len(raw) > maxNumberText || exponent && !parses(jsonDouble, raw, false) {
		return nil, errMalformed
	}
	// The decoder copies what it does not read digit by digit.
	return raw, w.spend(appended(len(raw)))
}

// digits reads one digit or more.
func (w *jsonWalk) digits() bool {
	start := w.pos
	for w.pos < len(w.b) && w.b[w.pos] >= '0' && w.b[w.pos] <= '9' {
		w.pos++
	}
	return w.pos > start
}
