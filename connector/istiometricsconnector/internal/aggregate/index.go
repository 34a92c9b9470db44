package aggregate

import "maps"

// index is a map that gives memory back once most of what it held is gone: one
// of Go's own stays as large as it ever was. Its zero value is empty.
type index[K comparable, V any] struct {
	entries map[K]V
	// peak is the number of entries that the map has had room for.
	peak int
}

// minShrink is the size below which a map is not worth copying.
const minShrink = 64

func (x *index[K, V]) put(key K, value V) {
	if x.entries == nil {
		x.entries = make(map[K]V)
	}
	x.entries[key] = value
	x.peak = max(x.peak, len(x.entries))
}

func (x *index[K, V]) delete(key K) {
	delete(x.entries, key)
	switch n := len(x.entries); {
	case n == 0:
		*x = index[K, V]{}
	case x.peak >= minShrink && n < x.peak/4:
		smaller := make(map[K]V, n)
		maps.Copy(smaller, x.entries)
		*x = index[K, V]{smaller, n}
	}
}
