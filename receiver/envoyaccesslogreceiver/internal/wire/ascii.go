package wire

import "encoding/binary"

// high is the bit that no byte of ASCII has, for eight bytes.
const high = 0x8080808080808080

// isASCII says whether no byte is above 127. Nearly all strings are in ASCII,
// and this is several times faster than utf8.Valid.
func isASCII(b []byte) bool {
	if len(b) < 8 {
		var all byte
		for _, c := range b {
			all |= c
		}
		return all < 0x80
	}
	// The last eight bytes may be looked at twice, which is cheaper than one by one.
	all := binary.LittleEndian.Uint64(b[len(b)-8:])
	for len(b) >= 32 {
		all |= binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) |
			binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
		b = b[32:]
	}
	for len(b) > 8 {
		all |= binary.LittleEndian.Uint64(b)
		b = b[8:]
	}
	return all&high == 0
}
