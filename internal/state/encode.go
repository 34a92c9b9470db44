// SPDX-License-Identifier: Apache-2.0

package state

import "encoding/binary"

// Encoder writes a value. Its zero value is empty.
type Encoder struct {
	b     []byte
	words map[string]uint64
}

// Bytes are what was written. They are valid until Reset.
func (e *Encoder) Bytes() []byte { return e.b }

// Len is the number of bytes.
func (e *Encoder) Len() int { return len(e.b) }

// Reset empties the encoder and keeps its memory.
func (e *Encoder) Reset() {
	e.b = e.b[:0]
	clear(e.words)
}

// Uint writes a number; small ones are short.
func (e *Encoder) Uint(n uint64) { e.b = binary.AppendUvarint(e.b, n) }

// Int writes a number that may be negative.
func (e *Encoder) Int(n int64) { e.b = binary.AppendVarint(e.b, n) }

// Byte writes a byte.
func (e *Encoder) Byte(c byte) { e.b = append(e.b, c) }

// Bool writes a byte.
func (e *Encoder) Bool(v bool) {
	if v {
		e.Byte(1)
	} else {
		e.Byte(0)
	}
}

// String writes a string.
func (e *Encoder) String(s string) {
	e.Uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

// Blob writes bytes, as String does.
func (e *Encoder) Blob(b []byte) {
	e.Uint(uint64(len(b)))
	e.b = append(e.b, b...)
}

// Word writes a string that a value has many times: from the second time on it is a
// number.
func (e *Encoder) Word(s string) {
	if n, ok := e.words[s]; ok {
		e.Uint(n)
		return
	}
	if e.words == nil {
		e.words = map[string]uint64{}
	}
	e.words[s] = uint64(len(e.words)) + 1
	e.Uint(0)
	e.String(s)
}
