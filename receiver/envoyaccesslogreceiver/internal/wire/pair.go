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
// and one value, both short and in ASCII. It leaves any other to message, and
// gives the same result for these.
func (w *walk) pair(b []byte, depth int) bool {
	if len(b) < 2 || len(b) > 127 || b[0] != tagKey || depth > w.depth {
		return false
	}
	value := 2 + int(b[1])
	if value+4 > len(b) || b[value] != tagValue || int(b[value+1]) != len(b)-value-2 ||
		b[value+2] != tagString || int(b[value+3]) != len(b)-value-4 || !isASCII(b) {
		return false
	}
	w.size.Memory += alloc(value-2) + alloc(len(b)-value-4) + stringCosts
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
