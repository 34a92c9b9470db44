// SPDX-License-Identifier: Apache-2.0

package wire

// alloc gives an upper bound of the bytes that an allocation of n bytes takes.
// Go's allocator rounds up to size classes: multiples of 16 up to 256, less than
// 18.75 % apart above that, and pages of 8 KiB above 32 KiB.
func alloc(n int) int64 {
	switch {
	case n <= 256:
		return allocSmall(n)
	case n <= 32<<10:
		return int64(n + n>>3 + n>>4)
	default:
		return int64(n + n>>3 + n>>4 + 8<<10)
	}
}

// allocSmall is alloc for at most 256 bytes.
func allocSmall(n int) int64 { return int64(n+15) &^ 15 }

// allocPointers is alloc for an object with pointers: one of more than 512 bytes
// has a header of 8.
func allocPointers(n int) int64 {
	if n > 512 {
		n += 8
	}
	return alloc(n)
}

// list follows a slice, a map or the bytes of unknown fields while the decoder
// fills it.
type list struct {
	n, capacity int
}

// add adds k elements of a size that append adds to a slice at once. It gives
// the bytes that the slice's growth allocates.
func (l *list) add(k, size int) int64 {
	l.n += k
	if l.n <= l.capacity {
		return 0
	}
	capacity := grown(l.capacity)
	if capacity < l.n {
		capacity = l.n
	}
	l.capacity = capacity
	bytes := allocPointers(capacity * size)
	if capacity > doubles {
		// append rounds capacities up to size classes. They then differ from
		// these by less than one step, which is a quarter.
		bytes += bytes / 4
	}
	return bytes
}

// doubles is the length from which append no longer doubles the capacity.
const doubles = 256

// grown gives the capacity that append takes next.
func grown(capacity int) int {
	if capacity == 0 {
		return 1
	}
	if capacity < doubles {
		return 2 * capacity
	}
	return capacity + (capacity+3*doubles)/4
}

// Go's maps: groups of 8 slots, at most 7/8 of them full, a table of at most
// 1024 slots, more tables above that.
const (
	mapHeader = 48 + 32 + 64
	mapGroup  = 8
	mapTable  = 1024
)

// addEntry adds an entry of a size to a map. It gives the bytes that the map's
// growth allocates.
func (l *list) addEntry(size int) int64 {
	l.n++
	switch {
	case l.capacity == 0:
		l.capacity = mapGroup
		return mapHeader + allocPointers(mapGroup*(size+1))
	case l.n <= mapGroup, l.capacity < mapTable && l.n <= l.capacity*7/8:
		return 0
	case l.capacity >= mapTable && l.n <= l.capacity/2:
		// Tables are split one by one, some of them early.
		return 0
	}
	l.capacity *= 2
	return mapHeader + 2*allocPointers(l.capacity*(size+1))
}

// appended gives the bytes that are allocated where n bytes are appended one by
// one and then become a string.
func appended(n int) int64 {
	var l list
	total := alloc(n)
	for l.n < n {
		total += l.add(l.capacity+1-l.n, 1)
	}
	return total
}
