// SPDX-License-Identifier: Apache-2.0

package send

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
)

func serve(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return NewClient(server.Client(), server.URL+"/api/v1/write", "agent/1", time.Minute)
}

func TestRequest(t *testing.T) {
	for v, want := range map[protocol.Version]http.Header{
		protocol.V1: {"Content-Type": {"application/x-protobuf"}, "X-Prometheus-Remote-Write-Version": {"0.1.0"}},
		protocol.V2: {"Content-Type": {"application/x-protobuf;proto=io.prometheus.write.v2.Request"}, "X-Prometheus-Remote-Write-Version": {"2.0.0"}},
	} {
		t.Run(v.String(), func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, http.MethodPost, r.Method)
				assert.Equal(t, "/api/v1/write", r.URL.Path)
				assert.Equal(t, "snappy", r.Header.Get("Content-Encoding"))
				assert.Equal(t, "agent/1", r.Header.Get("User-Agent"))
				for name, values := range want {
					assert.Equal(t, values, r.Header[name])
				}
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, "body", string(body))
				w.WriteHeader(http.StatusNoContent)
			})
			assert.Equal(t, Answer{Verdict: Accepted, Status: http.StatusNoContent}, c.Send(t.Context(), []byte("body"), v))
		})
	}
}

func TestAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		header  map[string]string
		body    string
		verdict Verdict
		reason  Reason
		text    string
	}{
		"ok":           {200, nil, "", Accepted, "", ""},
		"out of order": {400, nil, "out of order sample\nmore", Refused, ReasonOutOfOrder, "400 Bad Request: out of order sample"},
		"too old":      {400, nil, "too old sample", Refused, ReasonTooOld, "400 Bad Request: too old sample"},
		"bounds":       {400, nil, "out of bounds", Refused, ReasonTooOld, "400 Bad Request: out of bounds"},
		"duplicate":    {400, nil, "duplicate sample for timestamp", Refused, ReasonDuplicate, "400 Bad Request: duplicate sample for timestamp"},
		"Mimir":        {400, nil, "received a series (err-mimir-max-label-names-per-series). You can raise the limit", Refused, ReasonLimit, "400 Bad Request: received a series (err-mimir-max-label-names-per-series). You can raise the limit"},
		"Thanos":       {409, nil, "store locally: out of order", Refused, ReasonOutOfOrder, "409 Conflict: store locally: out of order"},
		"other 400":    {400, nil, "snappy: corrupt input", Refused, ReasonInvalid, "400 Bad Request: snappy: corrupt input"},
		"unknown 4xx":  {418, nil, "", Refused, ReasonInvalid, "418 I'm a teapot"},
		"too large":    {413, nil, "", Refused, ReasonTooLarge, "413 Request Entity Too Large"},
		"redirect":     {304, nil, "", Wait, "", "304 Not Modified"},
		"token":        {401, nil, "no", Wait, "", "401 Unauthorized: no"},
		"forbidden":    {403, nil, "", Wait, "", "403 Forbidden"},
		"path":         {404, nil, "404 page not found", Wait, "", "404 Not Found: 404 page not found"},
		"method":       {405, nil, "", Wait, "", "405 Method Not Allowed"},
		"proxy":        {407, nil, "", Wait, "", "407 Proxy Authentication Required"},
		"protocol":     {415, nil, "", Wait, "", "415 Unsupported Media Type"},
		"slow down":    {429, nil, "", Wait, "", "429 Too Many Requests"},
		"error":        {500, nil, "boom", Wait, "", "500 Internal Server Error: boom"},
		"away":         {503, nil, "", Wait, "", "503 Service Unavailable"},
		"no native":    {500, nil, "native histograms are disabled", Refused, ReasonNativeHistograms, "500 Internal Server Error: native histograms are disabled"},
		"HTML":         {502, map[string]string{"Content-Type": "text/html"}, "secret page", Wait, "", "502 Bad Gateway: (a page of HTML, probably of a proxy)"},
		"hidden HTML":  {502, map[string]string{"Content-Type": "text/plain"}, "\n <html>secret", Wait, "", "502 Bad Gateway: (a page of HTML, probably of a proxy)"},
		"not UTF-8":    {500, nil, "a\xffb", Wait, "", "500 Internal Server Error: ab"},
		"long":         {500, nil, strings.Repeat("x", 1<<20), Wait, "", "500 Internal Server Error: " + strings.Repeat("x", maxText)},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range test.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			})
			a := c.Send(t.Context(), []byte("body"), protocol.V1)
			assert.Equal(t, test.verdict, a.Verdict)
			assert.Equal(t, test.status, a.Status)
			assert.Equal(t, test.reason, a.Reason)
			assert.Equal(t, test.text, a.Text)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"99999999999999999":             maxRetryAfter,
		"999999999999999999999999":      0,
		"soon":                          0,
		"Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 03:04:00 GMT": 0,
		"Fri, 02 Jan 2126 03:04:00 GMT": maxRetryAfter,
	} {
		assert.Equal(t, want, retryAfter(value, now), value)
	}
}

func TestWritten(t *testing.T) {
	const prefix = "X-Prometheus-Remote-Write-"
	for name, test := range map[string]struct {
		status  int
		header  map[string]string
		verdict Verdict
		want    *Written
	}{
		"all":         {204, map[string]string{"Samples-Written": "3", "Histograms-Written": "2", "Exemplars-Written": "1"}, Accepted, &Written{3, 2, 1}},
		"one":         {204, map[string]string{"Samples-Written": "3"}, Accepted, &Written{Samples: 3}},
		"none":        {204, nil, Accepted, nil},
		"no number":   {204, map[string]string{"Samples-Written": "x"}, Accepted, nil},
		"negative":    {204, map[string]string{"Samples-Written": "-1"}, Accepted, nil},
		"partly":      {400, map[string]string{"Samples-Written": "3"}, PartlyRefused, &Written{Samples: 3}},
		"400, silent": {400, nil, Refused, nil},
		"failed":      {500, map[string]string{"Samples-Written": "3"}, Wait, &Written{Samples: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range test.header {
					w.Header().Set(prefix+k, v)
				}
				w.WriteHeader(test.status)
			})
			a := c.Send(t.Context(), []byte("body"), protocol.V2)
			assert.Equal(t, test.verdict, a.Verdict)
			assert.Equal(t, test.want, a.Written)
			assert.Nil(t, c.Send(t.Context(), []byte("body"), protocol.V1).Written, "protocol 1.0 has no counts")
		})
	}
}

func TestServerAway(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c := NewClient(&http.Client{}, strings.Replace(server.URL, "http://", "http://user:password@", 1), "agent/1", time.Minute)
	a := c.Send(t.Context(), []byte("body"), protocol.V1)
	assert.Equal(t, Wait, a.Verdict)
	assert.Zero(t, a.Status)
	assert.NotEmpty(t, a.Text)
	assert.NotContains(t, a.Text, "password")
}

// A server that never answers, and one that answers a byte at a time, cost one
// timeout.
func TestTimeout(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"silent": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
		"drip-feeding": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				w.(http.Flusher).Flush()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, handler)
			c.Timeout = 50 * time.Millisecond
			a := c.Send(t.Context(), []byte("body"), protocol.V1)
			assert.Equal(t, Wait, a.Verdict)
			assert.NotEmpty(t, a.Text)
		})
	}
}

// A redirect that turns the request into a GET would lose its body, and a login
// page would accept it.
func TestRedirects(t *testing.T) {
	for status, want := range map[int]Verdict{
		http.StatusFound:             Wait,
		http.StatusMovedPermanently:  Wait,
		http.StatusTemporaryRedirect: Accepted,
		http.StatusPermanentRedirect: Accepted,
	} {
		var bodies []string
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/other" {
				body, _ := io.ReadAll(r.Body)
				bodies = append(bodies, r.Method+" "+string(body))
				return
			}
			http.Redirect(w, r, "/other", status)
		})
		assert.Equal(t, want, c.Send(t.Context(), []byte("body"), protocol.V1).Verdict, status)
		if want == Accepted {
			assert.Equal(t, []string{"POST body"}, bodies, status)
		} else {
			assert.Empty(t, bodies, status)
		}
	}
}

func TestConnectionIsUsedAgain(t *testing.T) {
	addresses := map[string]bool{}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		addresses[r.RemoteAddr] = true
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, strings.Repeat("x", 2*maxText))
	})
	for range 3 {
		require.Equal(t, Refused, c.Send(t.Context(), []byte("body"), protocol.V1).Verdict)
	}
	assert.Len(t, addresses, 1)
}
