// SPDX-License-Identifier: Apache-2.0

package wire

// Type says how the value of a field is written.
type Type uint8

// The wire types. Groups have two more, and are refused.
const (
	Varint  Type = 0
	Fixed64 Type = 1
	// Length is that of strings, bytes, messages and packed numbers.
	Length  Type = 2
	Fixed32 Type = 5
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
func readField(b []byte) (number uint64, w Type, start, end int) {
	if len(b) < 4 {
		return readAnyField(b)
	}
	// Nearly all fields have a tag of one or two bytes, and a length of that, too.
	tag, pos := uint64(b[0]), 1
	if tag >= 0x80 {
		tag, pos = tag&0x7f|uint64(b[1])<<7, 2
	}
	number, w = tag>>3, Type(tag&7)
	if number == 0 || tag >= 1<<14 {
		return readAnyField(b)
	}
	switch n := int(b[pos]); {
	case w == Length && n < 0x80:
		start, end = pos+1, pos+1+n
	case w == Length && b[pos+1] < 0x80:
		start, end = pos+2, pos+2+n&0x7f+int(b[pos+1])<<7
	case w == Varint && n < 0x80:
		start, end = pos, pos+1
	case w == Varint && b[pos+1] < 0x80:
		start, end = pos, pos+2
	case w == Fixed64:
		start, end = pos, pos+8
	default:
		start, end = readValue(b, pos, w)
	}
	if end > len(b) {
		return 0, 0, 0, -1
	}
	return number, w, start, end
}

func readAnyField(b []byte) (number uint64, w Type, start, end int) {
	number, w, start = readTag(b, 0)
	if start < 0 {
		return 0, 0, 0, -1
	}
	start, end = readValue(b, start, w)
	return number, w, start, end
}

// readTag reads a field's number and wire type.
func readTag(b []byte, pos int) (uint64, Type, int) {
	tag, pos := readVarint(b, pos)
	number := tag >> 3
	if pos < 0 || number == 0 || number > maxNumber {
		return 0, 0, -1
	}
	return number, Type(tag & 7), pos
}

// readValue gives where the value at pos begins and ends. Groups are refused:
// decoders disagree about what is inside, and no client of ours writes them.
func readValue(b []byte, pos int, w Type) (start, end int) {
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
