package wire

// Scanner reads the fields of a message one after the other. It copies nothing
// and allocates nothing. [Scan] makes one.
type Scanner struct {
	// Number and Type are those of the field that Next found.
	Number uint64
	Type   WireType
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
		s.Number, s.Type = uint64(tag>>3), WireType(tag&7)
		pos++
	} else {
		s.Number, s.Type, pos = readTag(s.b, pos)
	}
	if pos >= 0 {
		pos = s.value(pos)
	}
	if pos < 0 {
		s.malformed, s.End = true, len(s.b)
		return false
	}
	return true
}

// value reads the value at pos and gives where it ends. It gives a negative
// position if there is none.
func (s *Scanner) value(pos int) (end int) {
	switch {
	case s.Type == Length && pos < len(s.b) && s.b[pos] < 0x80:
		s.Start = pos + 1
		if s.End = s.Start + int(s.b[pos]); s.End > len(s.b) {
			return -1
		}
	case s.Type == Varint && pos < len(s.b) && s.b[pos] < 0x80:
		s.Start, s.End, s.Varint = pos, pos+1, uint64(s.b[pos])
	case s.Type == Varint:
		s.Start = pos
		s.Varint, s.End = readVarint(s.b, pos)
	default:
		s.Start, s.End = readValue(s.b, pos, s.Type)
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
