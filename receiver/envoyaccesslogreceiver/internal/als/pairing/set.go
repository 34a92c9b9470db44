package pairing

import (
	"sync"
	"sync/atomic"
	"time"
)

// Kind of a logger: one of two.
type Kind uint8

const numKinds = 2

// other is the kind of the other entry of an event.
func (k Kind) other() Kind { return 1 - k }

const (
	// nodeBytes is what a node costs, with its address, besides the two names.
	nodeBytes = 1024
	// connectionBytes is what a connection costs, besides its name.
	connectionBytes = 256
)

// Set holds the nodes whose entries may be pairs, and what waits. It is safe for
// concurrent use: nodes lock themselves, so that streams of different proxies do
// not wait for each other.
type Set[T any] struct {
	wait    time.Duration
	share   share
	waiting atomic.Int64

	mu    sync.Mutex
	peers map[string]*peer
	nodes map[nodeID]*node[T]
}

// nodeID tells nodes apart.
type nodeID struct{ peer, id string }

// peer is an address that nodes connect from.
type peer struct {
	share share
	nodes int
}

// connection is one of a node.
type connection struct {
	name    string
	share   share
	streams int
}

// NewSet makes a set that lets entries wait for so long, in so many bytes.
func NewSet[T any](wait time.Duration, limit int64) *Set[T] {
	return &Set[T]{
		wait: wait, share: share{limit: max(0, min(limit, maxLimit))},
		peers: map[string]*peer{}, nodes: map[nodeID]*node[T]{},
	}
}

// Stats tells how much a set holds.
type Stats struct {
	// Nodes are known, Waiting entries wait, and Bytes are in use.
	Nodes, Waiting, Bytes int64
}

// Stats of the set.
func (s *Set[T]) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Nodes: int64(len(s.nodes)), Waiting: s.waiting.Load(), Bytes: s.share.used.Load()}
}

// Join makes a stream of the node with this id, on a connection from this
// address. It is nil if there is no memory for the node. Each Join needs a Leave.
func (s *Set[T]) Join(address, connectionName, id string, now time.Time) *Stream[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.nodes[nodeID{address, id}]
	if n == nil {
		if n = s.newNode(nodeID{address, id}, now); n == nil {
			return nil
		}
	}
	c := n.connections[connectionName]
	if c == nil {
		c = &connection{name: connectionName, share: share{parent: &n.share}}
		if !n.share.take(c.bytes()) {
			n.left = now // so that a new node does not stay
			return nil
		}
		n.connections[connectionName] = c
	}
	c.streams++
	n.streams++
	return &Stream[T]{node: n, connection: c}
}

func (s *Set[T]) newNode(id nodeID, now time.Time) *node[T] {
	p := s.peers[id.peer]
	if p == nil {
		p = &peer{share: share{parent: &s.share}}
	}
	n := &node[T]{
		set: s, id: id, peer: p, share: share{parent: &p.share}, settled: now.Add(s.wait),
		connections: map[string]*connection{}, queue: queue[T]{count: &s.waiting},
	}
	if !n.share.take(n.bytes()) {
		return nil
	}
	p.nodes++
	s.peers[id.peer], s.nodes[id] = p, n
	return n
}

func (s *Set[T]) remove(n *node[T]) {
	n.share.free(n.bytes())
	delete(s.nodes, n.id)
	if n.peer.nodes--; n.peer.nodes == 0 {
		delete(s.peers, n.id.peer)
	}
}

// Leave says that the stream has ended. bytes is what the entries of a stream
// refer to: it is paid for until none can wait any more.
func (s *Set[T]) Leave(stream *Stream[T], bytes int64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, c := stream.node, stream.connection
	n.streams--
	n.left = now
	if c.streams--; c.streams == 0 {
		delete(n.connections, c.name)
		n.share.free(c.bytes())
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if until := now.Add(s.wait); !stream.waited.IsZero() && now.Sub(stream.waited) < s.wait {
		c.share.add(bytes + waitingBytes)
		n.queue.push(&waiting[T]{size: bytes, done: true, until: until, share: &c.share})
	}
}

func (n *node[T]) bytes() int64 { return nodeBytes + int64(len(n.id.peer)+len(n.id.id)) }

func (c *connection) bytes() int64 { return connectionBytes + int64(len(c.name)) }
