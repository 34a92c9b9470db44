// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/encoding/gzip" // so that the server can unpack it
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

const (
	export = "/test.Service/Export"
	logs   = "/test.Service/Stream"
)

// service has a request and a stream, and counts what arrives.
type service struct {
	mu             sync.Mutex
	requests, sent int
	// before runs in the handler of each request.
	before func(ctx context.Context)
}

func (s *service) export(ctx context.Context) {
	if s.before != nil {
		s.before(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
}

func (s *service) counts() (requests, messages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.sent
}

var serviceDesc = grpc.ServiceDesc{
	ServiceName: "test.Service",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Export", Handler: func(srv any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := &wrapperspb.BytesValue{}
		if err := decode(in); err != nil {
			return nil, err
		}
		srv.(*service).export(ctx)
		return &wrapperspb.BytesValue{}, nil
	}}},
	Streams: []grpc.StreamDesc{{StreamName: "Stream", ClientStreams: true, Handler: func(srv any, ss grpc.ServerStream) error {
		for {
			if err := ss.RecvMsg(&wrapperspb.BytesValue{}); err != nil {
				return err
			}
			s := srv.(*service)
			s.mu.Lock()
			s.sent++
			s.mu.Unlock()
		}
	}}},
}

// fixture is a limiter with a gRPC and an HTTP server on loopback.
type fixture struct {
	*Limiter
	admission *admission.Controller
	service   *service
	grpc      string
	http      string

	mu     sync.Mutex
	events map[Event]int
}

func (f *fixture) count(e Event) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.events[e]
}

func start(t testing.TB, limits Limits, bounds admission.Options) *fixture {
	t.Helper()
	f := &fixture{service: &service{}, events: map[Event]int{}, admission: admission.New(bounds)}
	f.Limiter = New(Options{Limits: limits, Admission: f.admission, Report: func(e Event) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.events[e]++
	}})
	t.Cleanup(func() {
		f.Close()
		eventually(t, func() bool { return f.admission.Stats() == admission.Stats{MaxBytes: bounds.MaxBytes} }, "nothing is held")
		stats := f.Stats()
		assert.Zero(t, stats.Connections)
		assert.Zero(t, stats.Streams)
		assert.Empty(t, f.clients)
	})

	server := grpc.NewServer(f.ServerOptions(GRPC{Unary: []string{export}, Streams: []string{logs}})...)
	server.RegisterService(&serviceDesc, f.service)
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait)
	grpcListener := listen(t)
	serving.Go(func() { _ = server.Serve(f.Listen(grpcListener)) })
	t.Cleanup(server.Stop)

	web := &http.Server{Handler: http.HandlerFunc(f.serveHTTP), ReadHeaderTimeout: time.Minute}
	f.PrepareHTTP(web)
	web.ConnState = trackConns(&serving)
	httpListener := listen(t)
	serving.Go(func() { _ = web.Serve(f.Listen(httpListener)) })
	t.Cleanup(func() { _ = web.Close() })
	f.grpc, f.http = grpcListener.Addr().String(), httpListener.Addr().String()
	return f
}

// trackConns waits for the goroutine of each connection. After a request that was
// not read to its end it sleeps for half a second, even if the server was closed:
// see rstAvoidanceDelay of net/http.
func trackConns(serving *sync.WaitGroup) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			serving.Add(1)
		case http.StateClosed:
			serving.Done()
		}
	}
}

// serveHTTP reads a body as a receiver does, into a hold that grows.
func (f *fixture) serveHTTP(w http.ResponseWriter, r *http.Request) {
	request := BeginHTTP(r.Context())
	defer request.Done()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	hold, _ := f.admission.Acquire(ctx, admission.ClientOfAddress(r.RemoteAddr), 0, func() {
		go func() { _ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) }()
	})
	defer hold.Release()
	buffer := make([]byte, 32<<10)
	for {
		n, err := r.Body.Read(buffer)
		hold.Grow(int64(n))
		request.Received(n)
		if err == io.EOF {
			break
		}
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
	hold.Arrived()
	f.service.export(r.Context())
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

// dialFrom connects from 127.0.0.LAST, which makes each number a client.
func dialFrom(last int) func(ctx context.Context, address string) (net.Conn, error) {
	return func(ctx context.Context, address string) (net.Conn, error) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(last))}}
		return d.DialContext(ctx, "tcp", address)
	}
}

func clientName(last int) admission.Client { return admission.Client(fmt.Sprintf("127.0.0.%d", last)) }

func (f *fixture) client(t testing.TB, last int) *grpc.ClientConn {
	t.Helper()
	c, err := grpc.NewClient("passthrough:///"+f.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(dialFrom(last)), grpc.WithNoProxy())
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (f *fixture) export(ctx context.Context, c *grpc.ClientConn, bytes int, options ...grpc.CallOption) error {
	return c.Invoke(ctx, export, wrapperspb.Bytes(make([]byte, bytes)), &wrapperspb.BytesValue{}, options...)
}

func (f *fixture) openStream(t testing.TB, c *grpc.ClientConn, options ...grpc.CallOption) grpc.ClientStream {
	t.Helper()
	s, err := c.NewStream(t.Context(), &serviceDesc.Streams[0], logs, options...)
	require.NoError(t, err)
	return s
}

func eventually(t testing.TB, condition func() bool, what string) {
	t.Helper()
	require.Eventually(t, condition, time.Minute, 2*time.Millisecond, what)
}
