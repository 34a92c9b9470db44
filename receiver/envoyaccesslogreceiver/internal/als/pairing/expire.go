// SPDX-License-Identifier: Apache-2.0

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
// forgets what needs no more remembering, and proxies that are gone. forgotten is
// how many of those given back there was no memory to remember.
func (s *Set[T]) Expire(now time.Time) (due []Due[T], forgotten int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.proxies {
		var missed int
		due, missed = p.expire(now, due)
		forgotten += missed
		if p.streams == 0 && now.Sub(p.left) > 2*s.wait && p.empty() {
			s.remove(p)
		}
	}
	return due, forgotten
}

// Flush gives back all that waits, at the end.
func (s *Set[T]) Flush() []Due[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []Due[T]
	for _, p := range s.proxies {
		due = p.flush(due)
	}
	return due
}

// expire appends the entries whose time is over.
func (p *proxy[T]) expire(now time.Time, due []Due[T]) (_ []Due[T], forgotten int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := p.queue.next(now); w != nil; w = p.queue.next(now) {
		if w.done {
			w.share.free(w.size + waitingBytes)
			continue
		}
		p.alone(w.kind.other(), w.until)
		w.share.free(waitingBytes)
		due = append(due, Due[T]{w.entry, w.size, w.share})
		if p.remember(w.kind, w.key, now, w.share) == PassForgotten {
			forgotten++
		}
	}
	p.queue.shrink()
	for kind := range p.passed {
		p.turn(Kind(kind), now)
	}
	return due, forgotten
}

// alone notes that an entry waited in vain until then for one of this kind. If
// none of the kind has come at all for twice as long, its logger is gone.
func (p *proxy[T]) alone(kind Kind, until time.Time) {
	if p.seen[kind].Before(until.Add(-2 * p.set.wait)) {
		p.seen[kind] = time.Time{}
	}
}

// flush appends all entries that wait.
func (p *proxy[T]) flush(due []Due[T]) []Due[T] {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue.all) > 0 {
		w := p.queue.next(p.queue.all[0].until)
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
func (p *proxy[T]) empty() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.queue.all) == 0 && p.passed[0].empty() && p.passed[1].empty()
}
