package twins

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
	// Replace its twin: pass it on; the twin, which waited, is left out.
	Replace
	// Drop it: its twin was passed on.
	Drop
	// Wait: it is in the set now, which gives it back if no twin comes.
	Wait
	// PassUnknown: pass it on. There was no memory to let it wait, and nothing
	// says that this node's entries have twins.
	PassUnknown
	// DropUnknown: leave it out. There was no memory to let it wait, and other
	// entries of this node had twins.
	DropUnknown
	// PassForgotten: pass it on. There was no memory to remember it, so that a
	// twin will be passed on, too.
	PassForgotten
)

// Node is a proxy, with what is known of its entries.
type Node[T any] struct {
	set *Set[T]

	// Guarded by the set's mutex.
	streams int
	left    time.Time

	mu sync.Mutex
	// seen is when the last entry of each kind came, zero for a kind that the
	// node has no logger of.
	seen [numKinds]time.Time
	// settled is when a node that has sent entries of one kind has no others.
	settled time.Time
	// paired is true if the last entry that waited had a twin.
	paired bool
	// passed are the keys of entries of each kind whose twin has not come.
	passed [numKinds]memory
	// queue holds what waits, by arrival; byKey finds it.
	queue []*waiting[T]
	byKey map[uint64]line[T]
}

// waiting is a foreign entry that waits for its native twin.
type waiting[T any] struct {
	entry  T
	size   int64
	key    uint64
	kind   Kind
	until  time.Time
	done   bool
	behind *waiting[T] // the next with the same key
}

// line is what waits with one key, by arrival.
type line[T any] struct{ first, last *waiting[T] }

// Native decides upon a native entry.
func (n *Node[T]) Native(kind Kind, key uint64, now time.Time) Decision {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen[kind] = now
	if w := n.unqueue(key, kind.other()); w != nil {
		n.paired = true
		return Replace
	}
	if n.forget(kind.other(), key, now) {
		return Drop
	}
	return n.remember(kind, key, now)
}

// Foreign decides upon a foreign entry; sizeOf tells what it costs to let it
// wait, in bytes, and is asked only then.
func (n *Node[T]) Foreign(kind Kind, key uint64, now time.Time, entry T, sizeOf func(T) int64) Decision {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen[kind] = now
	if n.forget(kind.other(), key, now) {
		n.paired = true
		return Drop
	}
	if n.seen[kind.other()].IsZero() && !now.Before(n.settled) {
		return n.remember(kind, key, now)
	}
	if size := sizeOf(entry); n.set.take(size) {
		n.enqueue(&waiting[T]{entry: entry, size: size, key: key, kind: kind, until: now.Add(n.set.wait)})
		return Wait
	}
	if n.paired {
		return DropUnknown
	}
	return PassUnknown
}

// remember notes that an entry is passed on.
func (n *Node[T]) remember(kind Kind, key uint64, now time.Time) Decision {
	n.turn(kind, now)
	if !n.set.take(keyBytes) {
		return PassForgotten
	}
	n.passed[kind].add(key)
	return Pass
}

// forget takes a key out of what was passed on, false if it is not there.
func (n *Node[T]) forget(kind Kind, key uint64, now time.Time) bool {
	n.turn(kind, now)
	if !n.passed[kind].remove(key) {
		return false
	}
	n.set.bytes.Add(-keyBytes)
	return true
}

func (n *Node[T]) turn(kind Kind, now time.Time) {
	n.set.bytes.Add(-keyBytes * n.passed[kind].turn(now, n.set.wait))
}

func (n *Node[T]) enqueue(w *waiting[T]) {
	n.queue = append(n.queue, w)
	if n.byKey == nil {
		n.byKey = map[uint64]line[T]{}
	}
	l := n.byKey[w.key]
	if l.first == nil {
		l.first = w
	} else {
		l.last.behind = w
	}
	l.last = w
	n.byKey[w.key] = l
	n.set.waiting.Add(1)
}

// unqueue takes out what has waited longest with this key; nil if nothing waits.
// Its place in the queue stays until its time is over.
func (n *Node[T]) unqueue(key uint64, kind Kind) *waiting[T] {
	l := n.byKey[key]
	w := l.first
	if w == nil || w.kind != kind {
		return nil
	}
	if l.first = w.behind; l.first == nil {
		delete(n.byKey, key)
	} else {
		n.byKey[key] = l
	}
	n.set.bytes.Add(-w.size)
	n.set.waiting.Add(-1)
	*w = waiting[T]{until: w.until, done: true}
	return w
}
