// SPDX-License-Identifier: Apache-2.0

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
	// proxyBytes is what a proxy and its client cost, besides their names.
	proxyBytes = 1024
	// connectionBytes is what a connection costs, besides its name.
	connectionBytes = 256
)

// Set holds the proxies whose entries may be pairs, and what waits. It is safe for
// concurrent use: proxies lock themselves, so that streams of different proxies do
// not wait for each other.
type Set[T any] struct {
	wait    time.Duration
	share   share
	waiting atomic.Int64

	mu      sync.Mutex
	clients map[string]*client
	proxies map[proxyKey]*proxy[T]
}

// proxyKey tells proxies apart.
type proxyKey struct{ client, nodeID string }

// client is an IP address that proxies connect from.
type client struct {
	share   share
	proxies int
}

// connection is one of a proxy.
type connection struct {
	name    string
	share   share
	streams int
}

// NewSet makes a set that lets entries wait for so long, in so many bytes.
func NewSet[T any](wait time.Duration, limit int64) *Set[T] {
	return &Set[T]{
		wait: wait, share: share{limit: max(0, min(limit, maxLimit))},
		clients: map[string]*client{}, proxies: map[proxyKey]*proxy[T]{},
	}
}

// Stats tells how much a set holds.
type Stats struct {
	// Proxies are known, Waiting entries wait, and Bytes are in use.
	Proxies, Waiting, Bytes int64
}

// Stats of the set.
func (s *Set[T]) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Proxies: int64(len(s.proxies)), Waiting: s.waiting.Load(), Bytes: s.share.used.Load()}
}

// Join makes a stream of the proxy with this node id, on a connection of this
// client. It is nil if there is no memory for the proxy. Each Join needs a Leave.
func (s *Set[T]) Join(client, connectionName, nodeID string, now time.Time) *Stream[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.proxies[proxyKey{client, nodeID}]
	if p == nil {
		if p = s.newProxy(proxyKey{client, nodeID}, now); p == nil {
			return nil
		}
	}
	c := p.connections[connectionName]
	if c == nil {
		c = &connection{name: connectionName, share: share{parent: &p.share}}
		if !p.share.take(c.bytes()) {
			p.left = now // so that a new proxy does not stay
			return nil
		}
		p.connections[connectionName] = c
	}
	c.streams++
	p.streams++
	return &Stream[T]{proxy: p, connection: c}
}

func (s *Set[T]) newProxy(id proxyKey, now time.Time) *proxy[T] {
	from := s.clients[id.client]
	if from == nil {
		from = &client{share: share{parent: &s.share}}
	}
	p := &proxy[T]{
		set: s, id: id, client: from, share: share{parent: &from.share}, settled: now.Add(s.wait),
		connections: map[string]*connection{}, queue: queue[T]{count: &s.waiting},
	}
	if !p.share.take(p.bytes()) {
		return nil
	}
	from.proxies++
	s.clients[id.client], s.proxies[id] = from, p
	return p
}

func (s *Set[T]) remove(p *proxy[T]) {
	p.share.free(p.bytes())
	delete(s.proxies, p.id)
	if p.client.proxies--; p.client.proxies == 0 {
		delete(s.clients, p.id.client)
	}
}

// Leave says that the stream has ended. bytes is what the entries of a stream
// refer to: it is paid for until none can wait any more.
func (s *Set[T]) Leave(stream *Stream[T], bytes int64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c := stream.proxy, stream.connection
	p.streams--
	p.left = now
	if c.streams--; c.streams == 0 {
		delete(p.connections, c.name)
		p.share.free(c.bytes())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := now.Add(s.wait); !stream.waited.IsZero() && now.Sub(stream.waited) < s.wait {
		c.share.add(bytes + waitingBytes)
		p.queue.push(&waiting[T]{size: bytes, done: true, until: until, share: &c.share})
	}
}

func (p *proxy[T]) bytes() int64 { return proxyBytes + int64(len(p.id.client)+len(p.id.nodeID)) }

func (c *connection) bytes() int64 { return connectionBytes + int64(len(c.name)) }
