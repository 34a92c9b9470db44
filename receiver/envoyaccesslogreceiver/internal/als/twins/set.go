package twins

import (
	"sync"
	"sync/atomic"
	"time"
)

// Kind of a logger: one of two.
type Kind uint8

const numKinds = 2

// other is the kind of a twin.
func (k Kind) other() Kind { return 1 - k }

// keyBytes is what a remembered key costs, with the slack of its map.
const keyBytes = 40

// Set holds the nodes whose entries may be twins, and what waits for one. It is
// safe for concurrent use: nodes lock themselves, so that streams of different
// proxies do not wait for each other.
type Set[T any] struct {
	wait  time.Duration
	limit int64

	bytes   atomic.Int64
	waiting atomic.Int64

	mu    sync.Mutex
	nodes map[string]*Node[T]
}

// NewSet makes a set that lets entries wait for so long, in so many bytes.
func NewSet[T any](wait time.Duration, limit int64) *Set[T] {
	return &Set[T]{wait: wait, limit: limit, nodes: map[string]*Node[T]{}}
}

// Stats tells how much a set holds.
type Stats struct {
	// Nodes are known, Waiting entries wait, and Bytes are in use for them and
	// for keys that are remembered.
	Nodes, Waiting, Bytes int64
}

// Stats of the set.
func (s *Set[T]) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Nodes: int64(len(s.nodes)), Waiting: s.waiting.Load(), Bytes: s.bytes.Load()}
}

// take takes bytes off the limit, false if there are not as many left.
func (s *Set[T]) take(n int64) bool {
	if s.bytes.Add(n) <= s.limit {
		return true
	}
	s.bytes.Add(-n)
	return false
}

// Join finds or makes the node with this id, for a stream that has begun. Each
// Join needs a Leave.
func (s *Set[T]) Join(id string, now time.Time) *Node[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.nodes[id]
	if !ok {
		n = &Node[T]{set: s, settled: now.Add(s.wait)}
		s.nodes[id] = n
	}
	n.streams++
	return n
}

// Leave says that a stream of the node has ended.
func (s *Set[T]) Leave(n *Node[T], now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n.streams--
	n.left = now
}

// Expire gives back what has waited for long enough without a twin: it is to be
// passed on. It forgets what needs no more remembering, and nodes that are gone.
// forgotten is how many of those given back there was no memory to remember.
func (s *Set[T]) Expire(now time.Time) (due []T, forgotten int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, n := range s.nodes {
		var missed int
		due, missed = n.expire(now, due)
		forgotten += missed
		if n.streams == 0 && now.Sub(n.left) > 2*s.wait && n.empty() {
			delete(s.nodes, id)
		}
	}
	return due, forgotten
}

// Flush gives back all that waits, at the end.
func (s *Set[T]) Flush() []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []T
	for _, n := range s.nodes {
		due = n.flush(due)
	}
	return due
}
