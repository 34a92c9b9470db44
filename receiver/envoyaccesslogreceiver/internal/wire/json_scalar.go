// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
)

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
