package wire

// WireType says how the value of a field is written.
type WireType uint8

// The wire types. Groups have two more, and are refused.
const (
	Varint  WireType = 0
	Fixed64 WireType = 1
	// Length is that of strings, bytes, messages and packed numbers.
	Length  WireType = 2
	Fixed32 WireType = 5
)

// maxNumber is the largest field number that protobuf allows.
const maxNumber = 1<<29 - 1

// readVarint reads a varint at pos. It gives a negative position if there is none.
func readVarint(b []byte, pos int) (uint64, int) {
	var v uint64
	for shift := uint(0); shift < 64 && pos < len(b); shift += 7 {
		c := b[pos]
		pos++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if shift == 63 && c > 1 {
				return 0, -1
			}
			return v, pos
		}
	}
	return 0, -1
}

// readField reads the field that b begins with: its number, its wire type, and
// where its value begins and ends. It gives a negative end if there is none.
func readField(b []byte) (number uint64, w WireType, start, end int) {
	// Nearly all fields have a tag of one byte, and a length of one or two.
	if len(b) >= 2 && b[0] >= 1<<3 && b[0] < 0x80 {
		number, w = uint64(b[0]>>3), WireType(b[0]&7)
		switch {
		case w == Fixed64:
			start, end = 1, 9
		case w == Length && b[1] < 0x80:
			start, end = 2, 2+int(b[1])
		case w == Length && len(b) > 2 && b[2] < 0x80:
			start, end = 3, 3+int(b[1]&0x7f)+int(b[2])<<7
		}
		if start > 0 && end <= len(b) {
			return number, w, start, end
		}
	}
	return readAnyField(b)
}

func readAnyField(b []byte) (number uint64, w WireType, start, end int) {
	number, w, start = readTag(b, 0)
	if start < 0 {
		return 0, 0, 0, -1
	}
	start, end = readValue(b, start, w)
	return number, w, start, end
}

// readTag reads a field's number and wire type.
func readTag(b []byte, pos int) (uint64, WireType, int) {
	tag, pos := readVarint(b, pos)
	number := tag >> 3
	if pos < 0 || number == 0 || number > maxNumber {
		return 0, 0, -1
	}
	return number, WireType(tag & 7), pos
}

// readValue gives where the value at pos begins and ends. Groups are refused:
// decoders disagree about what is inside, and no client of ours writes them.
func readValue(b []byte, pos int, w WireType) (start, end int) {
	switch w {
	case Varint:
		_, end = readVarint(b, pos)
		return pos, end
	case Fixed64:
		end = pos + 8
	case Fixed32:
		end = pos + 4
	case Length:
		n, after := readVarint(b, pos)
		if after < 0 || n > uint64(len(b)-after) {
			return 0, -1
		}
		return after, after + int(n)
	default:
		return 0, -1
	}
	if end > len(b) {
		return 0, -1
	}
	return pos, end
}
