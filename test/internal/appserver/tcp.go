// SPDX-License-Identifier: Apache-2.0

// Package appserver is the applications behind the proxies of a test: servers of
// HTTP, gRPC and TCP whose answers the tests know.
package appserver

import (
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
)

// AnswerFactor is how many bytes Answer writes for each that it reads.
const AnswerFactor = 2

// ServeTCP has a function serve each connection until the test ends.
func ServeTCP(t *testing.T, l net.Listener, serve func(net.Conn)) {
	t.Helper()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			go serve(conn)
		}
	}()
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
}

// Answer answers what it reads with more bytes, until the client closes the
// connection.
func Answer(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		if _, err := conn.Write(make([]byte, AnswerFactor*n)); err != nil {
			return
		}
	}
}
