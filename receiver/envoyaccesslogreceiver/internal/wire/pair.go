package wire

import "encoding/binary"

// Tags of the fields of a pair whose value is a string.
const (
	tagKey    = 1<<3 | byte(lengths)
	tagValue  = 2<<3 | byte(lengths)
	tagString = 1<<3 | byte(lengths)
)

// stringCosts is what pdata allocates for a string value beside its bytes.
var stringCosts = alloc(sizeString)

// pair looks at an attribute whose value is a string, as nearly all are: one key
// and one value in either order, both short and in ASCII. It leaves any other to
// message, and gives the same result for these.
func (w *walk) pair(b []byte, depth int) bool {
	if len(b) < 6 || len(b) > 127 || depth > w.depth {
		return false
	}
	first, second := b, b[:0]
	if n := 2 + int(b[1]); n <= len(b)-2 {
		first, second = b[:n], b[n:]
	}
	if first[0] == tagValue {
		first, second = second, first
	}
	if len(first) < 2 || first[0] != tagKey || int(first[1]) != len(first)-2 {
		return false
	}
	if len(second) < 4 || second[0] != tagValue || int(second[1]) != len(second)-2 ||
		second[2] != tagString || int(second[3]) != len(second)-4 || !isASCII(b) {
		return false
	}
	w.size.Memory += alloc(len(first)-2) + alloc(len(second)-4) + stringCosts
	return true
}

// isASCII says whether no byte is above 127.
func isASCII(b []byte) bool {
	const high = 0x8080808080808080
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&high != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
