// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// front stands before a Prometheus and answers in its place while a fault is
// set.
type front struct {
	*httptest.Server
	url   string
	fault atomic.Pointer[http.HandlerFunc]
	// asked counts requests, refused those that a fault answered.
	asked, refused atomic.Int64
}

func newFront(t *testing.T, p *testbed.Prometheus) *front {
	t.Helper()
	target, err := url.Parse(p.WriteURL())
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: target.Scheme, Host: target.Host})
	// A gateway that is killed leaves requests behind.
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	f := &front{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.asked.Add(1)
		if fault := f.fault.Load(); fault != nil {
			f.refused.Add(1)
			(*fault)(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	f.url = f.URL + target.Path
	return f
}

// set sets a fault, or ends it with nil.
func (f *front) set(fault http.HandlerFunc) {
	if fault == nil {
		f.fault.Store(nil)
		return
	}
	f.fault.Store(&fault)
}

// Faults.

// away answers nothing, as a host that is down: the connection ends.
func away(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// hanging takes a request and never answers.
func hanging(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// dripping answers a byte at a time and never ends.
func dripping(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusServiceUnavailable)
	for pause(r.Context(), 100*time.Millisecond) {
		_, _ = io.WriteString(w, ".")
		w.(http.Flusher).Flush()
	}
}

// loginPage answers as a proxy does whose session is over.
func loginPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, "<html>"+pageMark+"</html>")
}

const pageMark = "who are you"

// busy asks to come back later.
func busy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusTooManyRequests)
}

// pause returns false if the context ended first.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
