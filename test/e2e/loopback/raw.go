// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RawHTTP writes the bytes of a request, which may be none that a library would
// write, and gives the status of the answer, 0 if there was none.
func RawHTTP(t *testing.T, dial Dial, destination netip.AddrPort, request string) int {
	conn := dialTCP(t, dial, destination)
	defer conn.Close()
	_, err := conn.Write([]byte(request))
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	assert.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

// FailedTLS begins a TLS connection to a server name, whatever bytes it holds,
// and waits until the other side closes it.
func FailedTLS(t *testing.T, dial Dial, destination netip.AddrPort, name string) {
	placeholder := strings.Repeat("n", len(name))
	conn := &rewritingConn{dialTCP(t, dial, destination), []byte(placeholder), []byte(name)}
	defer conn.Close()
	// The handshake must fail: nobody is there who could go on with it.
	require.Error(t, tls.Client(conn, &tls.Config{ServerName: placeholder, MinVersion: tls.VersionTLS12}).HandshakeContext(t.Context()))
}

// rewritingConn writes other bytes, as many, in place of some.
type rewritingConn struct {
	net.Conn
	from, to []byte
}

func (c *rewritingConn) Write(b []byte) (int, error) {
	return c.Conn.Write(bytes.ReplaceAll(b, c.from, c.to))
}
