package twins

import "time"

// expire appends the entries whose time is over, which are passed on from then,
// and tells how many of them there was no memory to remember.
func (n *Node[T]) expire(now time.Time, due []T) (_ []T, forgotten int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := 0
	for ; i < len(n.queue) && !now.Before(n.queue[i].until); i++ {
		if n.queue[i].done {
			n.queue[i] = nil
			continue
		}
		key, kind := n.queue[i].key, n.queue[i].kind
		n.alone(kind.other(), n.queue[i].until)
		due = append(due, n.leave(i))
		if n.remember(kind, key, now) == PassForgotten {
			forgotten++
		}
	}
	if n.queue = n.queue[i:]; len(n.queue) == 0 {
		n.queue = nil
	}
	for kind := range n.passed {
		n.turn(Kind(kind), now)
	}
	return due, forgotten
}

// alone notes that an entry waited in vain until then for one of this kind. If
// none of the kind has come at all for twice as long, its logger is gone.
func (n *Node[T]) alone(kind Kind, until time.Time) {
	n.paired = false
	if n.seen[kind].Before(until.Add(-2 * n.set.wait)) {
		n.seen[kind] = time.Time{}
	}
}

// flush appends all entries that wait.
func (n *Node[T]) flush(due []T) []T {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.queue {
		if !n.queue[i].done {
			due = append(due, n.leave(i))
		}
	}
	n.queue = nil
	return due
}

// leave ends the wait of the first in the queue that is not done, which is also
// the first with its key.
func (n *Node[T]) leave(i int) T {
	w := n.queue[i]
	entry := w.entry
	n.queue[i] = nil
	n.unqueue(w.key, w.kind)
	return entry
}

// empty tells whether there is nothing to remember.
func (n *Node[T]) empty() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.queue) == 0 && n.passed[0].empty() && n.passed[1].empty()
}
