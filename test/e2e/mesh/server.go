package mesh

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// ResponseBody is what the servers answer to an HTTP request.
var ResponseBody = bytes.Repeat([]byte("0123456789ab"), 10)

// slowRequests hands each arrival of a slow request to the client that waits.
var slowRequests = make(chan struct{})

// serveHTTP serves HTTP/1.1, HTTP/2 and gRPC's health service without TLS:
//
//	/slow    no answer for as long as the client waits
//	/teapot  status 418
//	else     status 200
//
// It returns the address, which may have been given with port 0.
func serveHTTP(t *testing.T, address netip.AddrPort) netip.AddrPort {
	rpc := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(rpc, health.NewServer())
	server := &http.Server{
		Protocols: new(http.Protocols),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc"):
				rpc.ServeHTTP(w, r)
			case r.URL.Path == "/slow":
				slowRequests <- struct{}{}
				<-r.Context().Done()
			default:
				_, _ = io.Copy(io.Discard, r.Body)
				if r.URL.Path == "/teapot" {
					w.WriteHeader(http.StatusTeapot)
				}
				_, _ = w.Write(ResponseBody)
			}
		}),
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	l := listen(t, address)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve %s: %v", address, err)
		}
	}()
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return netip.MustParseAddrPort(l.Addr().String())
}

// answerFactor says how many bytes serveTCP answers for each that it reads.
const answerFactor = 2

// serveTCP answers what it reads with more bytes, until the client has enough.
func serveTCP(t *testing.T, address netip.AddrPort) netip.AddrPort {
	l := listen(t, address)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			go answer(conn)
		}
	}()
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	return netip.MustParseAddrPort(l.Addr().String())
}

func answer(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		if _, err := conn.Write(make([]byte, answerFactor*n)); err != nil {
			return
		}
	}
}

func listen(t *testing.T, address netip.AddrPort) net.Listener {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address.String())
	require.NoError(t, err)
	return l
}
