// SPDX-License-Identifier: Apache-2.0

package attack

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// Loopback addresses of two peers. To a server they are two hosts.
const (
	Attacker  = "127.0.0.1"
	Bystander = "127.0.0.2"
)

// Dialer connects from an address of this host.
func Dialer(source string) *net.Dialer {
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}, Timeout: 10 * time.Second}
}

// Idle opens so many connections and sends nothing over them. A connection that
// the server does not take is an error only if it took none at all.
func Idle(ctx context.Context, source, endpoint string, n int) (*Connections, error) {
	return open(ctx, source, endpoint, n, nil)
}

// Connections are open connections.
type Connections struct {
	mu    sync.Mutex
	conns []net.Conn
}

// open opens connections and writes the same bytes to each.
func open(ctx context.Context, source, endpoint string, n int, bytes []byte) (*Connections, error) {
	c := &Connections{}
	var wg sync.WaitGroup
	var last error
	var mu sync.Mutex
	// A few at a time: a backlog holds no more.
	slots := make(chan struct{}, 16)
	for range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			conn, err := Dialer(source).DialContext(ctx, "tcp", endpoint)
			if err == nil {
				c.add(conn)
				_, err = conn.Write(bytes)
			}
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				last = err
			}
		})
	}
	wg.Wait()
	if len(c.conns) == 0 {
		return nil, last
	}
	return c, nil
}

func (c *Connections) add(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns = append(c.conns, conn)
}

// Close closes all.
func (c *Connections) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, conn := range c.conns {
		errs = append(errs, conn.Close())
	}
	return errors.Join(errs...)
}

// OpenAfter waits until a time and tells how many connections the server has not
// closed by then.
func (c *Connections) OpenAfter(deadline time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	var wg sync.WaitGroup
	var mu sync.Mutex
	open := 0
	for _, conn := range c.conns {
		wg.Go(func() {
			if !closed(conn, deadline) {
				mu.Lock()
				defer mu.Unlock()
				open++
			}
		})
	}
	wg.Wait()
	return open
}

// closed reads what the server still says until it closes the connection, or
// until the deadline.
func closed(conn net.Conn, deadline time.Time) bool {
	if err := conn.SetReadDeadline(deadline); err != nil {
		return true
	}
	buf := make([]byte, 512)
	for {
		if _, err := conn.Read(buf); err != nil {
			var timeout net.Error
			return !errors.As(err, &timeout) || !timeout.Timeout()
		}
	}
}
