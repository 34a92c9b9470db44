// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	grpcpeer "google.golang.org/grpc/peer"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

// The same bytes are counted with TLS, which servers put on top of the listener.
func TestTLS(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 32 << 20})
	var during atomic.Int64
	web := httptest.NewUnstartedServer(http.HandlerFunc(f.serveHTTP))
	_ = web.Listener.Close()
	web.Listener = f.Listen(listen(t))
	web.EnableHTTP2 = true
	f.PrepareHTTP(web.Config)
	web.StartTLS()
	t.Cleanup(web.Close)
	f.service.before = func(context.Context) { during.Store(f.admission.Stats().HeldBytes) }
	response, err := web.Client().Post(web.URL, "", strings.NewReader(strings.Repeat("x", 1<<20)))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 2, response.ProtoMajor)
	assert.InDelta(t, 1<<20, during.Load(), 40_000, "what TLS and HTTP/2 add counts until the request ends")

	server := grpc.NewServer(f.ServerOptions(GRPC{
		Unary: []string{export}, Credentials: credentials.NewTLS(web.TLS.Clone()),
	})...)
	server.RegisterService(&serviceDesc, f.service)
	l := f.Listen(listen(t))
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) })
	t.Cleanup(serving.Wait)
	t.Cleanup(server.Stop)
	c, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(
		credentials.NewTLS(web.Client().Transport.(*http.Transport).TLSClientConfig)), grpc.WithAuthority("example.com"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	f.service.before = func(ctx context.Context) {
		during.Store(f.admission.Stats().HeldBytes)
		from, _ := grpcpeer.FromContext(ctx)
		assert.IsType(t, credentials.TLSInfo{}, from.AuthInfo, "who asks for certificates finds them")
	}
	require.NoError(t, c.Invoke(t.Context(), export, wrapperspb.Bytes(make([]byte, 100_000)), &wrapperspb.BytesValue{}))
	assert.InDelta(t, 100_000, during.Load(), 20_000)
}
