// SPDX-License-Identifier: Apache-2.0

package pairing

import (
	"sync"
	"time"
)

// Decision says what to do with an entry.
type Decision uint8

// The decisions.
const (
	// Pass it on.
	Pass Decision = iota
	// PassReplacing another: pass it on; the other entry of the event, which
	// waited, is left out.
	PassReplacing
	// LeaveOut: the other entry of the event was passed on.
	LeaveOut
	// Wait: the set keeps it, and gives it back if the other entry does not come.
	Wait
	// PassNoMemory: pass it on, since there is no memory to let it wait. If there
	// is a native entry of the event, it is passed on, too.
	PassNoMemory
	// PassForgotten: pass it on. There is no memory to remember that, so the other
	// entry of the event is passed on, too.
	PassForgotten
)

// proxy is a node id of a client, with what is known of its entries.
type proxy[T any] struct {
	set    *Set[T]
	id     proxyKey
	client *client

	// Guarded by the set's mutex.
	share       share
	connections map[string]*connection
	streams     int
	left        time.Time

	mu sync.Mutex
	// seen is when the last entry of each kind came, zero for a kind that the
	// proxy has no logger of.
	seen [numKinds]time.Time
	// settled is when a proxy that has sent entries of one kind has no others.
	settled time.Time
	// passed are the keys of entries of each kind whose other entry has not come.
	passed [numKinds]memory
	queue  queue[T]
}

// Stream is a stream of a proxy.
type Stream[T any] struct {
	proxy      *proxy[T]
	connection *connection
	// waited is when an entry of the stream began to wait.
	waited time.Time
}

// Native decides upon a native entry.
func (s *Stream[T]) Native(kind Kind, key uint64, now time.Time) Decision {
	p := s.proxy
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[kind] = now
	if p.queue.take(key, kind.other()) {
		return PassReplacing
	}
	if p.forget(kind.other(), key, now) {
		return LeaveOut
	}
	return p.remember(kind, key, now, &s.connection.share)
}

// Foreign decides upon a foreign entry. size is what it costs to keep it, in
// bytes; keep gives what to keep, and is called only if it has to wait.
func (s *Stream[T]) Foreign(kind Kind, key uint64, now time.Time, size int64, keep func() T) Decision {
	p := s.proxy
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[kind] = now
	if p.forget(kind.other(), key, now) {
		return LeaveOut
	}
	if p.seen[kind.other()].IsZero() && !now.Before(p.settled) {
		return p.remember(kind, key, now, &s.connection.share)
	}
	if !s.connection.share.take(size + waitingBytes) {
		return PassNoMemory
	}
	s.waited = now
	p.queue.push(&waiting[T]{entry: keep(), size: size, key: key, kind: kind, until: now.Add(p.set.wait), share: &s.connection.share})
	p.set.waiting.Add(1)
	return Wait
}

// remember notes that an entry is passed on.
func (p *proxy[T]) remember(kind Kind, key uint64, now time.Time, by *share) Decision {
	p.turn(kind, now)
	if !p.passed[kind].add(key, by) {
		return PassForgotten
	}
	return Pass
}

// forget takes a key out of what was passed on, false if it is not there.
func (p *proxy[T]) forget(kind Kind, key uint64, now time.Time) bool {
	p.turn(kind, now)
	return p.passed[kind].remove(key)
}

func (p *proxy[T]) turn(kind Kind, now time.Time) { p.passed[kind].turn(now, p.set.wait) }
