// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	pb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
)

const exchangeTimeout = 30 * time.Second

// Request is an HTTP request.
type Request struct {
	// To is the address that the client connects to, Host what it asks for.
	To, Host, Path, Body string
	// Status is the one expected.
	Status int
}

// HTTP sends the request on a connection of its own and reads the answer.
func HTTP(t *testing.T, from *netns.Namespace, r Request) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return from.Dial(ctx, r.To) },
	}}
	method := http.MethodGet
	if r.Body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.Host+r.Path, strings.NewReader(r.Body))
	require.NoError(t, err)
	resp, err := client.Do(req)
	require.NoError(t, err, "%+v", r)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, r.Status, resp.StatusCode, "%+v: %s", r, body)
}

// PlainHTTP sends a request and counts the bytes of its connection, for where no
// proxy takes it for HTTP.
func PlainHTTP(t *testing.T, from *netns.Namespace, to, host string) Bytes {
	t.Helper()
	conn := dial(t, from, to)
	defer conn.Close()
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	answer, err := io.ReadAll(conn)
	require.NoError(t, err)
	assert.Contains(t, string(answer), Answer)
	return conn.bytes()
}

// Call is a gRPC call.
type Call struct {
	// To is the address that the client connects to, Authority what it asks for.
	To, Authority string
	// Messages makes it a stream of so many messages each way; else it is unary.
	Messages int
	// Code is what the server is told to answer with, Got what the client must
	// get where the call does not reach the server.
	Code, Got codes.Code
}

// GRPC makes the call on a connection of its own.
func GRPC(t *testing.T, from *netns.Namespace, c Call) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	conn, err := grpc.NewClient("passthrough:///"+c.Authority,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return from.Dial(ctx, c.To) }))
	require.NoError(t, err)
	defer conn.Close()
	client := pb.NewTestServiceClient(conn)
	outcome := &pb.EchoStatus{Code: int32(c.Code), Message: "as you say"} //nolint:gosec // a code
	if c.Messages == 0 {
		_, err = client.UnaryCall(ctx, &pb.SimpleRequest{ResponseStatus: outcome})
	} else {
		err = stream(ctx, client, c.Messages, outcome)
	}
	want := c.Code
	if c.Got != codes.OK {
		want = c.Got
	}
	assert.Equal(t, want, status.Code(err), "%+v: %v", c, err)
}

// stream sends messages, each of which is answered; the last one asks for the
// outcome, which a good one is not answered with but follows.
func stream(ctx context.Context, client pb.TestServiceClient, messages int, outcome *pb.EchoStatus) error {
	s, err := client.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	for range messages {
		if err := s.Send(&pb.StreamingOutputCallRequest{}); err != nil {
			return err
		}
		if _, err := s.Recv(); err != nil {
			return err
		}
	}
	if outcome.GetCode() != 0 {
		if err := s.Send(&pb.StreamingOutputCallRequest{ResponseStatus: outcome}); err != nil {
			return err
		}
	}
	if err := s.CloseSend(); err != nil {
		return err
	}
	if _, err := s.Recv(); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
