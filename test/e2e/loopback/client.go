// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/appserver"
)

const exchangeTimeout = 20 * time.Second

// Bytes of an exchange, or of several, as the client counted them.
type Bytes struct {
	// Request and Response are bodies, or all that a TCP connection carried.
	Request, Response int64
	// WireRequest and WireResponse are all bytes of the connection. They are
	// not known where a connection carries more than its streams do (HTTP/2).
	WireRequest, WireResponse int64
}

// Add sums up two exchanges.
func (b Bytes) Add(other Bytes) Bytes {
	return Bytes{
		b.Request + other.Request, b.Response + other.Response,
		b.WireRequest + other.WireRequest, b.WireResponse + other.WireResponse,
	}
}

// Dial opens a connection to a destination, through a sidecar or without.
type Dial func(ctx context.Context, destination netip.AddrPort) (net.Conn, error)

// Directly dials without a sidecar, as somebody does who is not in the mesh.
func Directly(ctx context.Context, destination netip.AddrPort) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", destination.String())
}

// Request is an HTTP request.
type Request struct {
	Host   string
	Path   string
	Body   string // with one it is a POST, else a GET
	Header http.Header
	// Status is the one expected.
	Status int
}

// HTTP sends the request on a connection of its own and reads the answer.
func HTTP(t *testing.T, dial Dial, destination netip.AddrPort, r Request) Bytes {
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	var conn *countingConn
	client := newHTTPClient(dial, destination, &conn)
	resp, err := client.Do(r.build(ctx, t))
	require.NoError(t, err)
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	assert.Equal(t, r.Status, resp.StatusCode, "%+v", r)
	return Bytes{int64(len(r.Body)), n, conn.written.Load(), conn.read.Load()}
}

// AbortedHTTP sends the request and closes the connection once it has arrived;
// the server does not answer a path of /slow before.
func AbortedHTTP(t *testing.T, dial Dial, destination netip.AddrPort, r Request) Bytes {
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	var conn *countingConn
	client := newHTTPClient(dial, destination, &conn)
	go func() {
		<-slowRequests
		cancel()
	}()
	resp, err := client.Do(r.build(ctx, t))
	if err == nil {
		resp.Body.Close()
	}
	require.ErrorIs(t, err, context.Canceled)
	return Bytes{WireRequest: conn.written.Load()}
}

func newHTTPClient(dial Dial, destination netip.AddrPort, conn **countingConn) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives:  true,
		DisableCompression: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := dial(ctx, destination)
			*conn = &countingConn{Conn: c}
			return *conn, err
		},
	}}
}

func (r Request) build(ctx context.Context, t *testing.T) *http.Request {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if r.Body != "" {
		method, body = http.MethodPost, strings.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.Host+r.Path, body)
	require.NoError(t, err)
	for name, values := range r.Header {
		req.Header[name] = values
	}
	return req
}

// countingConn counts what passes.
type countingConn struct {
	net.Conn
	read, written atomic.Int64
}

func (c *countingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read.Add(int64(n))
	return n, err
}

func (c *countingConn) Write(b []byte) (int, error) {
	// Counted before: the answer may be here before Write returns.
	c.written.Add(int64(len(b)))
	return c.Conn.Write(b)
}

// TCP sends so many bytes, reads the answer and closes the connection. (It does
// not half-close: Envoy forgets a connection that ends while it still reads the
// PROXY header.)
func TCP(t *testing.T, dial Dial, destination netip.AddrPort, size int) Bytes {
	return LastingTCP(t, dial, destination, size, 0)
}

// LastingTCP does the same and keeps the connection open for a while.
func LastingTCP(t *testing.T, dial Dial, destination netip.AddrPort, size int, while time.Duration) Bytes {
	conn := dialTCP(t, dial, destination)
	defer conn.Close()
	_, err := conn.Write(make([]byte, size))
	require.NoError(t, err)
	answer := make([]byte, appserver.AnswerFactor*size)
	n, err := io.ReadFull(conn, answer)
	require.NoError(t, err)
	time.Sleep(while)
	return Bytes{int64(size), int64(n), int64(size), int64(n)}
}

// FailedTCP sends some bytes and waits until the connection is closed or
// reset; nothing may come back.
func FailedTCP(t *testing.T, dial Dial, destination netip.AddrPort) Bytes {
	conn := dialTCP(t, dial, destination)
	defer conn.Close()
	_, _ = conn.Write([]byte("anybody?"))
	answer, _ := io.ReadAll(conn) // the error is that of a reset
	assert.Empty(t, answer)
	return Bytes{}
}

func dialTCP(t *testing.T, dial Dial, destination netip.AddrPort) net.Conn {
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	conn, err := dial(ctx, destination)
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(exchangeTimeout)))
	return conn
}
