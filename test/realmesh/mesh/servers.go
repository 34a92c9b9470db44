// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	pb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"github.com/otelcol-istio/otelcol-istio/test/internal/appserver"
	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
)

// Ports that somebody listens on.
const (
	HTTPPort = "8080" // of services of the mesh
	GRPCPort = "8081"
	TCPPort  = "9000"

	WebPort   = "80"  // of the outside, and of ServiceEntries
	TLSPort   = "443" // the same
	OtherHTTP = "8000"
	OtherTLS  = "8443"
	// OtherTCP is a port that no service has.
	OtherTCP = "7000"
	// GreetingPort is where the server speaks first, ResettingPort where it
	// resets each connection once it has read something.
	GreetingPort  = "3306"
	ResettingPort = "7001"
)

// Answer is what the HTTP servers answer.
const Answer = "0123456789abcdefghij0123456789abcdefghij"

// Greeting is what a server says that speaks first.
const Greeting = "5.7.0 hello"

// serve starts the applications of the pods and of the outside.
func (n *network) serve(t *testing.T) {
	t.Helper()
	const any4 = "0.0.0.0"
	server, legacy := n.pods["server"], n.pods["legacy"]
	for _, port := range []string{HTTPPort, GRPCPort} {
		serveHTTP(t, listen(t, server, any4, port))
	}
	appserver.ServeTCP(t, listen(t, server, any4, TCPPort), appserver.Answer)
	appserver.ServeTCP(t, listen(t, server, any4, OtherTCP), appserver.Answer)
	serveHTTP(t, listen(t, legacy, any4, HTTPPort))
	appserver.ServeTCP(t, listen(t, legacy, any4, TCPPort), appserver.Answer)
	certificate := selfSigned(t)
	for _, host := range outsideHosts {
		if host == Refusing {
			continue
		}
		for _, port := range []string{WebPort, OtherHTTP} {
			serveHTTP(t, listen(t, n.outside, host, port))
		}
		for _, port := range []string{TLSPort, OtherTLS} {
			appserver.ServeTCP(t, tls.NewListener(listen(t, n.outside, host, port), certificate), appserver.Answer)
		}
		appserver.ServeTCP(t, listen(t, n.outside, host, TCPPort), appserver.Answer)
		appserver.ServeTCP(t, listen(t, n.outside, host, GreetingPort), greet)
		appserver.ServeTCP(t, listen(t, n.outside, host, ResettingPort), reset)
	}
}

func listen(t *testing.T, ns *netns.Namespace, ip, port string) net.Listener {
	t.Helper()
	l, err := ns.Listen(t.Context(), net.JoinHostPort(ip, port))
	require.NoError(t, err)
	return l
}

// serveHTTP serves HTTP and gRPC:
//
//	/teapot  status 418
//	/reset   no answer: the connection is reset
//	else     status 200
func serveHTTP(t *testing.T, l net.Listener) {
	t.Helper()
	rpc := grpc.NewServer()
	pb.RegisterTestServiceServer(rpc, testService{})
	appserver.ServeHTTP(t, l, rpc, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		switch r.URL.Path {
		case "/reset":
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				resetConn(conn)
			}
			return
		case "/teapot":
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = io.WriteString(w, Answer)
	})
}

// testService answers as the request says that it should be answered.
type testService struct {
	pb.UnimplementedTestServiceServer
}

func (testService) UnaryCall(_ context.Context, r *pb.SimpleRequest) (*pb.SimpleResponse, error) {
	return &pb.SimpleResponse{}, statusOf(r.GetResponseStatus())
}

// FullDuplexCall answers each message with one, and fails when told to.
func (testService) FullDuplexCall(stream pb.TestService_FullDuplexCallServer) error {
	for {
		r, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := statusOf(r.GetResponseStatus()); err != nil {
			return err
		}
		if err := stream.Send(&pb.StreamingOutputCallResponse{}); err != nil {
			return err
		}
	}
}

func statusOf(s *pb.EchoStatus) error {
	return status.Error(codes.Code(s.GetCode()), s.GetMessage()) //nolint:gosec // a code
}

// greet speaks first, and then answers.
func greet(conn net.Conn) {
	if _, err := io.WriteString(conn, Greeting); err != nil {
		_ = conn.Close()
		return
	}
	appserver.Answer(conn)
}

// reset reads something and resets the connection.
func reset(conn net.Conn) {
	_, _ = conn.Read(make([]byte, 1))
	resetConn(conn)
}

func resetConn(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// selfSigned is good enough for clients that do not check.
func selfSigned(t *testing.T) *tls.Config {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	defer server.Close()
	return &tls.Config{Certificates: server.TLS.Certificates} //nolint:gosec // what clients choose is not at stake
}
