// SPDX-License-Identifier: Apache-2.0

package appserver

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc"
)

// ServeHTTP serves HTTP/1.1, HTTP/2 without TLS, and gRPC on one listener until
// the test ends.
func ServeHTTP(t *testing.T, l net.Listener, rpc *grpc.Server, handle http.HandlerFunc) {
	t.Helper()
	server := &http.Server{
		Protocols: new(http.Protocols),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
				rpc.ServeHTTP(w, r)
				return
			}
			handle(w, r)
		}),
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve %s: %v", l.Addr(), err)
		}
	}()
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
}
