// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/test/internal/appserver"
)

// Ports of the outside where each server says its own address, which tells whether a
// connection arrived where the client meant it to.
const (
	WhoHTTP = "8180"
	WhoTLS  = "8543"
	WhoTCP  = "9100"
	// WhoGreets is where the server speaks first.
	WhoGreets = "3307"
)

var identities = []string{OutsideA, OutsideB, API, Bank, Partner, Legacy}

// Legacy is a pod without a proxy.
const Legacy = "10.244.0.15"

// ServeIdentities starts these servers on each host of the outside, and in a pod.
func (w *World) ServeIdentities(t *testing.T) {
	t.Helper()
	certificate := selfSigned(t)
	for _, host := range identities {
		says := func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1))
			_, _ = io.WriteString(conn, host)
			_ = conn.Close()
		}
		greets := func(conn net.Conn) {
			_, _ = io.WriteString(conn, host)
			_ = conn.Close()
		}
		at := w.network.outside
		if host == Legacy {
			at = w.In("legacy")
		}
		appserver.ServeHTTP(t, listen(t, at, host, WhoHTTP), grpc.NewServer(), func(answer http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(answer, host)
		})
		appserver.ServeTCP(t, tls.NewListener(listen(t, at, host, WhoTLS), certificate), says)
		appserver.ServeTCP(t, listen(t, at, host, WhoTCP), says)
		appserver.ServeTCP(t, listen(t, at, host, WhoGreets), greets)
	}
}

// Probe is a connection to such a server.
type Probe struct {
	// From is the app of the pod that sends it.
	From string
	// Address and Port are where it goes. The port says what is sent.
	Address, Port string
	// Name is the Host or the server name, and may be empty in TLS.
	Name string
}

// whoTimeout is longer than an answer takes on a busy machine. A proxy that waits for
// the client's first words while the client waits for the server's lets nothing pass.
const whoTimeout = 4 * time.Second

// Who is the address of the server that answered, empty if none did.
func (w *World) Who(t *testing.T, p Probe) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), whoTimeout)
	defer cancel()
	conn, err := w.In(p.From).Dial(ctx, net.JoinHostPort(p.Address, p.Port))
	if err != nil {
		return ""
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	switch p.Port {
	case WhoHTTP:
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+p.Name+"\r\nConnection: close\r\n\r\n")
	case WhoTLS:
		conn = tls.Client(conn, &tls.Config{ServerName: p.Name, InsecureSkipVerify: true}) //nolint:gosec // the answer says who it is
		_, _ = io.WriteString(conn, "?")
	case WhoTCP:
		_, _ = io.WriteString(conn, "?")
	}
	said, _ := io.ReadAll(conn)
	for _, host := range identities {
		if strings.HasSuffix(strings.TrimRight(string(said), "\r\n"), host) || strings.Contains(string(said), "\r\n"+host) {
			return host
		}
	}
	return ""
}
