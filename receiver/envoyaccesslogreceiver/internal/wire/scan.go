// SPDX-License-Identifier: Apache-2.0

package wire

// Scanner reads the fields of a message one after the other. It copies nothing
// and allocates nothing. [Scan] makes one.
type Scanner struct {
	// Tag is that of the field that Next found: its number times 8, and its type.
	Tag uint64
	// Varint is the value of a field of that type.
	Varint uint64
	// Start and End are where the value of the field is, in the bytes that Scan
	// was given.
	Start, End int

	b         []byte
	malformed bool
}

// Scan reads the message that begins at start and ends at end. The bytes may go
// on after it, so that the positions of a message within a message are those of
// the outermost one. They must not change until the last field was read.
func Scan(b []byte, start, end int) Scanner { return Scanner{b: b[:end], End: start} }

// Next goes to the next field. It is false if there is none, or if the rest of
// the message is malformed: the fields before that are good.
func (s *Scanner) Next() bool {
	pos := s.End
	if pos >= len(s.b) {
		return false
	}
	// Nearly all fields have a tag of one byte.
	if tag := s.b[pos]; tag >= 1<<3 && tag < 0x80 {
		s.Tag = uint64(tag)
		pos++
	} else {
		number, w, after := readTag(s.b, pos)
		s.Tag, pos = number<<3|uint64(w), after
	}
	if pos >= 0 {
		pos = s.value(pos, Type(s.Tag&7))
	}
	if pos < 0 {
		s.malformed, s.End = true, len(s.b)
		return false
	}
	return true
}

// value reads the value at pos and gives where it ends. It gives a negative
// position if there is none.
func (s *Scanner) value(pos int, w Type) (end int) {
	switch {
	case w == Length && pos < len(s.b) && s.b[pos] < 0x80:
		s.Start, s.End = pos+1, pos+1+int(s.b[pos])
		if s.End > len(s.b) {
			return -1
		}
	case w == Varint:
		s.Start = pos
		s.Varint, s.End = readVarint(s.b, pos)
	default:
		s.Start, s.End = readValue(s.b, pos, w)
	}
	return s.End
}

// Bytes is the value of a field that is not a varint. It is part of the message.
func (s *Scanner) Bytes() []byte { return s.b[s.Start:s.End:s.End] }

// Err is an error of this package if the message is malformed. It is for when
// Next was false.
func (s *Scanner) Err() error {
	if s.malformed {
		return errMalformed
	}
	return nil
}
