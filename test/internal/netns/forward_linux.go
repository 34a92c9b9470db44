// SPDX-License-Identifier: Apache-2.0

package netns

import (
	"context"
	"io"
	"net"
)

// Forward opens a door into the namespace: whoever connects to the address that
// it returns talks to the given one within. It is there until the context ends.
func (n *Namespace) Forward(ctx context.Context, address string) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			go n.join(ctx, conn, address)
		}
	}()
	return l.Addr().String(), nil
}

// join carries bytes both ways until either side ends.
func (n *Namespace) join(ctx context.Context, conn net.Conn, address string) {
	defer conn.Close()
	inner, err := n.Dial(ctx, address)
	if err != nil {
		return // as if nobody listened
	}
	defer inner.Close()
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{conn, inner}, {inner, conn}} {
		go func() {
			_, _ = io.Copy(way[0], way[1])
			done <- struct{}{}
		}()
	}
	<-done
}
