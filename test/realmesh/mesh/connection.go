// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/appserver"
	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
)

// Bytes of a connection, as the client counted them.
type Bytes struct{ Sent, Received int64 }

// Add sums up two connections.
func (b Bytes) Add(o Bytes) Bytes { return Bytes{b.Sent + o.Sent, b.Received + o.Received} }

// TCP sends so many bytes, reads the answer and closes the connection.
func TCP(t *testing.T, from *netns.Namespace, to string, size int) Bytes {
	t.Helper()
	return LastingTCP(t, from, to, size, 0)
}

// LastingTCP does the same and keeps the connection open for a while.
func LastingTCP(t *testing.T, from *netns.Namespace, to string, size int, while time.Duration) Bytes {
	t.Helper()
	conn := dial(t, from, to)
	defer conn.Close()
	converse(t, conn, size)
	time.Sleep(while)
	return conn.bytes()
}

// Greeted waits for the server's word before it does the same.
func Greeted(t *testing.T, from *netns.Namespace, to string, size int) Bytes {
	t.Helper()
	conn := dial(t, from, to)
	defer conn.Close()
	said := make([]byte, len(Greeting))
	_, err := io.ReadFull(conn, said)
	require.NoError(t, err)
	assert.Equal(t, Greeting, string(said))
	converse(t, conn, size)
	return conn.bytes()
}

// TLS does the same inside TLS, with a server name. The bytes are those of TLS.
func TLS(t *testing.T, from *netns.Namespace, to, serverName string, size int) Bytes {
	t.Helper()
	conn := dial(t, from, to)
	defer conn.Close()
	inner := tls.Client(conn, &tls.Config{ServerName: serverName, InsecureSkipVerify: true}) //nolint:gosec // nothing is at stake
	converse(t, inner, size)
	// Both say good-bye, so that no byte is under way when the connection ends.
	require.NoError(t, inner.CloseWrite())
	_, err := io.Copy(io.Discard, inner)
	require.NoError(t, err)
	return conn.bytes()
}

// FailedTCP sends some bytes and waits until the connection is closed or reset;
// nothing may come back. The bytes are those sent.
func FailedTCP(t *testing.T, from *netns.Namespace, to string) Bytes {
	t.Helper()
	conn := dial(t, from, to)
	defer conn.Close()
	_, _ = io.WriteString(conn, "anybody?")
	said, _ := io.ReadAll(conn) // the error is that of a reset
	assert.Empty(t, said)
	return conn.bytes()
}

// FailedTLS is the same with a client's first words of TLS.
func FailedTLS(t *testing.T, from *netns.Namespace, to, serverName string) Bytes {
	t.Helper()
	conn := dial(t, from, to)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	err := tls.Client(conn, &tls.Config{ServerName: serverName, InsecureSkipVerify: true}).HandshakeContext(ctx) //nolint:gosec // as above
	require.Error(t, err)
	return conn.bytes()
}

func converse(t *testing.T, conn net.Conn, size int) {
	t.Helper()
	_, err := conn.Write(make([]byte, size))
	require.NoError(t, err)
	_, err = io.ReadFull(conn, make([]byte, appserver.AnswerFactor*size))
	require.NoError(t, err)
}

// countingConn counts what passes.
type countingConn struct {
	net.Conn
	sent, received atomic.Int64
}

func dial(t *testing.T, from *netns.Namespace, to string) *countingConn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	conn, err := from.Dial(ctx, to)
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(exchangeTimeout)))
	return &countingConn{Conn: conn}
}

func (c *countingConn) bytes() Bytes { return Bytes{c.sent.Load(), c.received.Load()} }

func (c *countingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.received.Add(int64(n))
	return n, err
}

func (c *countingConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.sent.Add(int64(n))
	return n, err
}
