// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

var errMaxConnections = errors.New("newcomers are refused: all connections are in use, and none may be taken")

// Listen limits the connections that a listener accepts. TLS goes on top of it.
func (l *Limiter) Listen(inner net.Listener) net.Listener {
	return &listener{Listener: inner, l: l}
}

type listener struct {
	net.Listener
	l *Limiter
}

// Accept returns the next connection that is let in. Others are closed.
func (li *listener) Accept() (net.Conn, error) {
	for {
		raw, err := li.Listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				li.l.options.Report(Event{Reason: ReasonAcceptFailed, Effect: RefusedConnection})
				li.l.health.refused(fmt.Errorf("cannot accept connections: %w", err))
				li.l.takeConnection()
			}
			return nil, err
		}
		if c := li.l.admit(raw); c != nil {
			return c, nil
		}
		_ = raw.Close()
	}
}

// admit lets a connection in, in place of another one if all are in use.
func (l *Limiter) admit(raw net.Conn) *conn {
	name := admission.ClientOf(raw.RemoteAddr())
	l.mu.Lock()
	var loser *conn
	if l.conns >= l.options.MaxConnections {
		if loser = l.connectionFor(name); loser == nil {
			l.mu.Unlock()
			l.options.Report(Event{ReasonMaxConnections, RefusedConnection, name})
			l.health.refused(errMaxConnections)
			return nil
		}
		l.removeConn(loser)
	}
	c := l.addConn(raw, name)
	l.mu.Unlock()
	if loser != nil {
		loser.end(ReasonMaxConnections)
	}
	l.health.admitted()
	return c
}

// connectionFor picks the connection that gives way to a newcomer.
func (l *Limiter) connectionFor(name admission.Client) *conn {
	most, own := l.byConns.First(), 0
	if p := l.clients[name]; p != nil {
		own = p.conns()
		if own == most.conns() {
			most = p
		}
	}
	if most.name == name || most.conns() > own+1 {
		return most.losingConn()
	}
	// Nobody has many. Only a connection that nobody uses is taken, and a new one
	// has time to speak first.
	loser := most.unusedConn()
	if loser == nil || time.Since(loser.active) < l.options.MessageTimeout {
		return nil
	}
	return loser
}

// takeConnection ends an unused connection of whoever has most, so that the next
// Accept has a file to open.
func (l *Limiter) takeConnection() {
	l.mu.Lock()
	var loser *conn
	if most := l.byConns.First(); most != nil {
		if loser = most.unusedConn(); loser != nil {
			l.removeConn(loser)
		}
	}
	l.mu.Unlock()
	if loser != nil {
		loser.end(ReasonAcceptFailed)
	}
}

// addConn counts a new connection.
func (l *Limiter) addConn(raw net.Conn, name admission.Client) *conn {
	p := l.clients[name]
	if p == nil {
		p = &client{name: name}
		l.clients[name] = p
	}
	c := &conn{Conn: raw, l: l, client: p, remote: raw.RemoteAddr(), active: time.Now(), raw: true}
	c.place.item = c
	// With no bytes it does not wait, so it cannot fail.
	c.hold, _ = l.options.Admission.Acquire(context.Background(), name, 0, func() { go c.revoke() })
	p.newConns.pushBack(&c.place)
	l.conns++
	l.remotes[c.remote] = c
	l.rank(p)
	return c
}

// removeConn stops counting a connection and its streams. It may be called more
// than once.
func (l *Limiter) removeConn(c *conn) {
	if c.gone {
		return
	}
	c.gone = true
	c.place.remove()
	l.conns--
	if l.remotes[c.remote] == c {
		delete(l.remotes, c.remote)
	}
	for s := c.open.first; s != nil; s = c.open.first {
		l.removeStream(s.item)
	}
	l.rank(c.client)
}
