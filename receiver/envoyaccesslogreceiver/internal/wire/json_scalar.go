package wire

import (
	"bytes"
	"strconv"
)

// jsonType says which values the decoder accepts for a scalar.
type jsonType uint8

const (
	jsonNone jsonType = iota
	jsonBool
	jsonInt32
	jsonInt64
	jsonUint32
	jsonUint64
	jsonFloat
	jsonDouble
	jsonSeverity
	jsonBase64
	jsonTraceID
	jsonSpanID
)

// maxNumberText is the longest number that is accepted, in bytes.
const maxNumberText = 128

// scalar reads a scalar. Where the decoder would report an error, the value is
// refused.
func (w *jsonWalk) scalar(t jsonType) *Error {
	switch t {
	case jsonBool:
		if w.next() == 't' {
			return w.literal("true")
		}
		return w.literal("false")
	case jsonBase64:
		return w.base64()
	case jsonTraceID:
		return w.id(32)
	case jsonSpanID:
		return w.id(16)
	}
	quoted := w.next() == '"'
	var raw []byte
	var err *Error
	if quoted {
		raw, err = w.plain()
	} else {
		raw, err = w.number()
	}
	if err != nil {
		return err
	}
	if !(quoted && t == jsonSeverity && severity(raw)) && !parses(t, raw, quoted) {
		return errMalformed
	}
	return w.spend(alloc(len(raw)))
}

// parses says whether the decoder can parse a number.
func parses(t jsonType, raw []byte, quoted bool) bool {
	if len(raw) == 0 || len(raw) > maxNumberText {
		return false
	}
	var err error
	switch t {
	case jsonInt32:
		_, err = strconv.ParseInt(string(raw), 10, 32)
	case jsonInt64:
		_, err = strconv.ParseInt(string(raw), 10, 64)
	case jsonUint32:
		_, err = strconv.ParseUint(string(raw), 10, 32)
	case jsonUint64:
		_, err = strconv.ParseUint(string(raw), 10, 64)
	case jsonFloat:
		_, err = strconv.ParseFloat(string(raw), 32)
	case jsonDouble:
		_, err = strconv.ParseFloat(string(raw), 64)
	case jsonSeverity:
		_, err = strconv.ParseInt(string(raw), 10, 32)
		return err == nil && !quoted
	default:
		return false
	}
	return err == nil
}

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

// plain reads a string without escapes.
func (w *jsonWalk) plain() ([]byte, *Error) {
	raw, escapes, err := w.text()
	if err == nil && escapes {
		err = errMalformed
	}
	return raw, err
}

// id reads an identifier in hexadecimal digits.
func (w *jsonWalk) id(length int) *Error {
	raw, err := w.plain()
	if err == nil && len(raw) != 0 && (len(raw) != length || !isHex(raw)) {
		err = errMalformed
	}
	return err
}

// base64 reads bytes.
func (w *jsonWalk) base64() *Error {
	raw, err := w.plain()
	if err != nil {
		return err
	}
	if !isBase64(raw) {
		return errMalformed
	}
	return w.spend(alloc(len(raw) / 4 * 3))
}

// isBase64 says whether encoding/base64 can decode what JSON allows in a string.
func isBase64(b []byte) bool {
	if len(b)%4 != 0 {
		return false
	}
	for padding := 0; padding < 2 && len(b) > 0 && b[len(b)-1] == '='; padding++ {
		b = b[:len(b)-1]
	}
	for _, c := range b {
		letter := c|' ' >= 'a' && c|' ' <= 'z'
		if !letter && (c < '0' || c > '9') && c != '+' && c != '/' {
			return false
		}
	}
	return true
}

// severity says whether the decoder knows a severity by its name, such as
// SEVERITY_NUMBER_INFO2. It does not know SEVERITY_NUMBER_TRACE: its table has a
// space after that name.
func severity(name []byte) bool {
	level, ok := bytes.CutPrefix(name, []byte("SEVERITY_NUMBER_"))
	if !ok {
		return false
	}
	if n := len(level); n > 0 && level[n-1] >= '2' && level[n-1] <= '4' {
		level = level[:n-1]
		if string(level) == "TRACE" {
			return true
		}
	} else if string(level) == "UNSPECIFIED" || string(level) == "TRACE " {
		return true
	}
	switch string(level) {
	case "DEBUG", "INFO", "WARN", "ERROR", "FATAL":
		return true
	}
	return false
}
