// SPDX-License-Identifier: Apache-2.0

package wire

// Tags of the fields of an attribute whose value is a string.
const (
	TagKey    = 1<<3 | byte(Length)
	TagValue  = 2<<3 | byte(Length)
	TagString = 1<<3 | byte(Length)
)

// stringCosts is what pdata allocates for a string value beside its bytes.
var stringCosts = alloc(sizeString)

// The functions below look at messages in the form that nearly all clients
// write. They leave any other to message, and give the same result for these.

// pairs looks at the attributes that b begins with, one after the other, as far
// as pair can. It gives where they end. It leaves those that are beyond a limit.
func (w *walk) pairs(f *field, l *list, b []byte, depth int) (end int) {
	for l.n < w.attributes && w.size.Memory <= w.memory {
		rest := b[end:]
		if len(rest) < 2 || rest[0] != b[0] || b[0] >= 0x80 || int(rest[1]) > len(rest)-2 {
			break
		}
		n := 2 + int(rest[1])
		if !w.pair(rest[2:n], depth) {
			break
		}
		w.size.Memory += l.add(1, f.element)
		w.size.Attributes++
		end += n
	}
	return end
}

// pair looks at an attribute whose value is a string: one key and one value in
// either order, both short and in ASCII. The depth is that of the value.
func (w *walk) pair(b []byte, depth int) bool {
	key, text, ok := Pair(b)
	if !ok || depth > w.depth || !isASCII(b) {
		return false
	}
	w.size.Memory += allocSmall(len(key)) + allocSmall(len(text)) + stringCosts
	return true
}

// Pair takes an attribute apart whose value is a string, if it has the form in which
// nearly all clients write it: one key and one value in either order, of at most 127
// bytes in all.
func Pair(b []byte) (key, text []byte, ok bool) {
	if len(b) < 6 || len(b) > 127 {
		return nil, nil, false
	}
	key, value := b, b[:0]
	if n := 2 + int(b[1]); n <= len(b)-2 {
		key, value = b[:n], b[n:]
	}
	if key[0] == TagValue {
		key, value = value, key
	}
	if len(key) < 2 || key[0] != TagKey || int(key[1]) != len(key)-2 {
		return nil, nil, false
	}
	if len(value) < 4 || value[0] != TagValue || int(value[1]) != len(value)-2 ||
		value[2] != TagString || int(value[3]) != len(value)-4 {
		return nil, nil, false
	}
	return key[2:], value[4:], true
}

// stringValue looks at a value that is one string in ASCII.
func (w *walk) stringValue(b []byte, depth int) bool {
	if len(b) < 2 || b[0] != TagString || depth > w.depth {
		return false
	}
	n, start := readVarint(b, 1)
	if start < 0 || n != uint64(len(b)-start) || !isASCII(b[start:]) {
		return false
	}
	w.size.Memory += alloc(len(b)-start) + stringCosts
	return true
}
