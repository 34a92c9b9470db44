package aggregate

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
