// SPDX-License-Identifier: Apache-2.0

package aggregate

import "maps"

// links hold an element of a chain to its neighbours.
type links[T any] struct{ prev, next *T }

// chain is a doubly linked list whose elements carry their own links: what a
// collection has not reached yet keeps its place whatever ends meanwhile.
type chain[T any, P interface {
	*T
	link() *links[T]
}] struct{ first, last *T }

func (c *chain[T, P]) append(e *T) {
	if c.last == nil {
		c.first = e
	} else {
		P(c.last).link().next = e
		P(e).link().prev = c.last
	}
	c.last = e
}

// remove takes an element of the chain out. It leaves no link in it, which
// would keep memory of its neighbours.
func (c *chain[T, P]) remove(e *T) {
	l := P(e).link()
	if l.prev == nil {
		c.first = l.next
	} else {
		P(l.prev).link().next = l.next
	}
	if l.next == nil {
		c.last = l.prev
	} else {
		P(l.next).link().prev = l.prev
	}
	*l = links[T]{}
}

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
