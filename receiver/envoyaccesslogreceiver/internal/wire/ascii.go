// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes of a number, each with its lowest or its highest bit. No byte of
// ASCII has the highest.
const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

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

// plainLength gives how many of the first bytes stand for themselves in a string
// of JSON: they are in ASCII, no quotes, no backslash and no control character.
func plainLength(b []byte) int {
	for n := 0; ; n += 8 {
		if len(b)-n < 8 {
			return n
		}
		v := binary.LittleEndian.Uint64(b[n:])
		// A byte's highest bit is set where it is below the one subtracted. The next
		// byte above such a one may be found as well, so only the first counts.
		quotes, backslash := v^'"'*low, v^'\\'*low
		found := (quotes - low) | (backslash - low) | (v - ' '*low) | v
		if found &= high; found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
}
