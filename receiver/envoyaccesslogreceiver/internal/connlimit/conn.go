// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"net"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

// conn is one accepted connection, below TLS.
type conn struct {
	net.Conn
	l      *Limiter
	client *client
	remote net.Addr
	hold   *admission.Hold

	// These belong to Limiter.mu.
	place node[*conn]
	// open has the gRPC streams, requests counts HTTP requests.
	open     queue[*stream]
	requests int
	// active is when something last began, ended or was complete.
	active time.Time
	// spoke is true once a request or a message was complete.
	spoke bool
	gone  bool

	mu sync.Mutex
	// raw is true while bytes are counted as they are read here. They are pending
	// until a request takes them. gRPC connections count frames instead.
	raw     bool
	pending int64
	// unfinished and finished are what the streams hold.
	unfinished, finished int64
	meter                meter
}

// RemoteAddr is always the same value, by which stats handlers find the connection.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.mu.Lock()
		if c.raw {
			c.pending += int64(n)
			c.hold.Set(c.pending, 0)
		}
		c.mu.Unlock()
	}
	return n, err
}

// Close closes the connection and stops counting it.
func (c *conn) Close() error {
	c.l.mu.Lock()
	c.l.removeConn(c)
	c.l.mu.Unlock()
	err := c.Conn.Close()
	c.hold.Release()
	return err
}

// end closes the connection, because a limit was reached.
func (c *conn) end(why Reason) {
	_ = c.Close()
	c.l.options.Report(Event{why, EndedConnection, c.client.name})
}

// revoke ends the connection, because others need the room of what it has not
// completed.
func (c *conn) revoke() {
	c.l.mu.Lock()
	gone := c.gone
	c.l.removeConn(c)
	c.l.mu.Unlock()
	if !gone {
		c.end(ReasonInFlightMemory)
	}
}

// touch notes that something began, ended or was complete. The caller holds
// Limiter.mu.
func (c *conn) touch() {
	if c.gone {
		return
	}
	c.active = time.Now()
	switch {
	case !c.spoke: // it stays where it is among the new ones
	case c.unused():
		c.client.quiet.pushBack(&c.place)
	default:
		c.client.busy.pushBack(&c.place)
	}
}

// unused tells whether nothing is under way. The caller holds Limiter.mu.
func (c *conn) unused() bool { return c.open.len == 0 && c.requests == 0 }

// sync tells the admission controller what the streams hold. The caller holds
// conn.mu.
func (c *conn) sync() {
	if !c.raw {
		c.hold.Set(c.unfinished, c.finished)
	}
}
