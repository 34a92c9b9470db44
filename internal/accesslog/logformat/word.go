// SPDX-License-Identifier: Apache-2.0

package logformat

// A line is read eight bytes at a time. The first of them is the lowest byte of a word.
const (
	wordSize = 8
	each     = 0x0101010101010101 // times a byte: a word that has that byte eight times
	lowBits  = 0x7f * each
)

// wordAt is the word that begins at a place of the line, which must have as many bytes.
func wordAt(line string, at int) uint64 {
	s := line[at : at+wordSize]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// zeroBytes sets the highest bit of each byte of a word that is zero, and no other bit.
func zeroBytes(word uint64) uint64 {
	return ^((word&lowBits + lowBits) | word | lowBits)
}
