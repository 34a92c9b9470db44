// SPDX-License-Identifier: Apache-2.0

package connlimit

// queue is a list from which any node can be taken at once. Its items say
// themselves where they stand, so that nothing is allocated for a request.
type queue[T any] struct {
	first, last *node[T]
	len         int
}

// node is an item's place in at most one queue.
type node[T any] struct {
	item       T
	prev, next *node[T]
	in         *queue[T]
}

// firstItem is the zero value if the queue is empty.
func (q *queue[T]) firstItem() (item T) {
	if q.first != nil {
		item = q.first.item
	}
	return item
}

// pushBack puts a node at the end, wherever it stood before.
func (q *queue[T]) pushBack(n *node[T]) {
	n.remove()
	n.in, n.prev = q, q.last
	if q.last != nil {
		q.last.next = n
	} else {
		q.first = n
	}
	q.last = n
	q.len++
}

// remove takes a node out of its queue, if it is in one.
func (n *node[T]) remove() {
	q := n.in
	if q == nil {
		return
	}
	if n.prev != nil {
		n.prev.next = n.next
	} else {
		q.first = n.next
	}
	if n.next != nil {
		n.next.prev = n.prev
	} else {
		q.last = n.prev
	}
	n.prev, n.next, n.in = nil, nil, nil
	q.len--
}
