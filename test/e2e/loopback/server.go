// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/otelcol-istio/otelcol-istio/test/internal/appserver"
)

// ResponseBody is what the servers answer to an HTTP request.
var ResponseBody = bytes.Repeat([]byte("0123456789ab"), 10)

// slowRequests hands each arrival of a slow request to the client that waits.
var slowRequests = make(chan struct{})

// serveHTTP serves HTTP and gRPC's health service:
//
//	/slow    no answer for as long as the client waits
//	/teapot  status 418
//	else     status 200
//
// It returns the address, which may have been given with port 0.
func serveHTTP(t *testing.T, address netip.AddrPort) netip.AddrPort {
	rpc := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(rpc, health.NewServer())
	l := listen(t, address)
	appserver.ServeHTTP(t, l, rpc, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			slowRequests <- struct{}{}
			<-r.Context().Done()
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/teapot" {
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = w.Write(ResponseBody)
	})
	return netip.MustParseAddrPort(l.Addr().String())
}

// serveTCP answers what it reads with more bytes.
func serveTCP(t *testing.T, address netip.AddrPort) netip.AddrPort {
	l := listen(t, address)
	appserver.ServeTCP(t, l, appserver.Answer)
	return netip.MustParseAddrPort(l.Addr().String())
}

func listen(t *testing.T, address netip.AddrPort) net.Listener {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address.String())
	require.NoError(t, err)
	return l
}
