package pairing

import "time"

// Due is an entry that has waited and is to be passed on.
type Due[T any] struct {
	Entry T
	bytes int64
	share *share
}

// Done gives its memory back. It is to be called when the entry is passed on.
func (d Due[T]) Done() { d.share.free(d.bytes) }

// Expire gives back what has waited for long enough: it is to be passed on. It
// forgets what needs no more remembering, and nodes that are gone. forgotten is
// how many of those given back there was no memory to remember.
func (s *Set[T]) Expire(now time.Time) (due []Due[T], forgotten int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.nodes {
		var missed int
		due, missed = n.expire(now, due)
		forgotten += missed
		if n.streams == 0 && now.Sub(n.left) > 2*s.wait && n.empty() {
			s.remove(n)
		}
	}
	return due, forgotten
}

// Flush gives back all that waits, at the end.
func (s *Set[T]) Flush() []Due[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []Due[T]
	for _, n := range s.nodes {
		due = n.flush(due)
	}
	return due
}

// expire appends the entries whose time is over.
func (n *node[T]) expire(now time.Time, due []Due[T]) (_ []Due[T], forgotten int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for w := n.queue.next(now); w != nil; w = n.queue.next(now) {
		if w.done {
			w.share.free(w.size + waitingBytes)
			continue
		}
		n.alone(w.kind.other(), w.until)
		w.share.free(waitingBytes)
		due = append(due, Due[T]{w.entry, w.size, w.share})
		if n.remember(w.kind, w.key, now, w.share) == PassForgotten {
			forgotten++
		}
	}
	n.queue.shrink()
	for kind := range n.passed {
		n.turn(Kind(kind), now)
	}
	return due, forgotten
}

// alone notes that an entry waited in vain until then for one of this kind. If
// none of the kind has come at all for twice as long, its logger is gone.
func (n *node[T]) alone(kind Kind, until time.Time) {
	if n.seen[kind].Before(until.Add(-2 * n.set.wait)) {
		n.seen[kind] = time.Time{}
	}
}

// flush appends all entries that wait.
func (n *node[T]) flush(due []Due[T]) []Due[T] {
	n.mu.Lock()
	defer n.mu.Unlock()
	for len(n.queue.all) > 0 {
		w := n.queue.next(n.queue.all[0].until)
		if w.done {
			w.share.free(w.size + waitingBytes)
			continue
		}
		w.share.free(waitingBytes)
		due = append(due, Due[T]{w.entry, w.size, w.share})
	}
	return due
}

// empty tells whether there is nothing to remember.
func (n *node[T]) empty() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.queue.all) == 0 && n.passed[0].empty() && n.passed[1].empty()
}
