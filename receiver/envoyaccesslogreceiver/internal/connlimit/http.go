// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"net"
	"net/http"
)

const (
	maxHeaderBytes = 32 << 10
	maxHTTP2Stream = 100
)

type connKey struct{}

// PrepareHTTP lets a server know its limited connections, and bounds what a
// connection may send before a handler sees it: 32 KiB of headers, and 100
// requests at once over HTTP/2. Handlers then call BeginHTTP.
func (l *Limiter) PrepareHTTP(server *http.Server) {
	next := server.ConnContext
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if next != nil {
			ctx = next(ctx, c)
		}
		if below, ok := c.(interface{ NetConn() net.Conn }); ok {
			c = below.NetConn()
		}
		if limited, ok := c.(*conn); ok {
			ctx = context.WithValue(ctx, connKey{}, limited)
		}
		return ctx
	}
	if server.MaxHeaderBytes == 0 {
		server.MaxHeaderBytes = maxHeaderBytes
	}
	if server.HTTP2 == nil {
		server.HTTP2 = &http.HTTP2Config{}
	}
	if server.HTTP2.MaxConcurrentStreams == 0 {
		server.HTTP2.MaxConcurrentStreams = maxHTTP2Stream
	}
}

// HTTPRequest is one HTTP request on a limited connection. The nil request is
// one on a connection that is not limited.
type HTTPRequest struct{ c *conn }

// BeginHTTP says that a handler has begun. ctx is that of the request. Done must
// follow.
func BeginHTTP(ctx context.Context) *HTTPRequest {
	c, _ := ctx.Value(connKey{}).(*conn)
	if c == nil {
		return nil
	}
	c.l.mu.Lock()
	c.requests++
	c.touch()
	c.l.mu.Unlock()
	return &HTTPRequest{c}
}

// Received says that the handler has read n bytes of the body, which it counts
// itself from here on.
func (r *HTTPRequest) Received(n int) {
	if r == nil {
		return
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	r.c.pending = max(0, r.c.pending-int64(n))
	r.c.hold.Set(r.c.pending, 0)
}

// Done says that the handler has ended.
func (r *HTTPRequest) Done() {
	if r == nil {
		return
	}
	r.c.l.mu.Lock()
	r.c.requests--
	r.c.spoke = true
	last := r.c.requests == 0
	r.c.touch()
	r.c.l.mu.Unlock()
	if last {
		r.c.mu.Lock()
		r.c.pending = 0
		r.c.hold.Set(0, 0)
		r.c.mu.Unlock()
	}
}
