// SPDX-License-Identifier: Apache-2.0

package page

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// gateway is a page that others can ask. It shows its own rows.
func gateway(t *testing.T, rows ...egress.Row) (*Ledgers, *url.URL) {
	t.Helper()
	l := NewLedgers()
	l.Register("istio_egress", fixed(rows))
	h, err := NewHandler(Options{Ledgers: l})
	require.NoError(t, err)
	return l, listen(t, h)
}

func listen(t *testing.T, h http.Handler) *url.URL {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	return u
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// asks makes a page ask these URLs.
func (l *Ledgers) asks(peers ...*url.URL) {
	l.SetPeers(&Peers{
		Client:   &http.Client{CheckRedirect: noRedirect},
		Find:     func(context.Context) ([]*url.URL, error) { return peers, nil },
		Instance: l.instance,
	})
}

// Each of three gateways answers for all: once for itself, whatever the name says.
func TestPeers(t *testing.T) {
	early := row("shared.example.com")
	early.FirstSeen = noon.Add(-24 * time.Hour)
	a, aURL := gateway(t, row("shared.example.com"), row("a.example.com"))
	_, bURL := gateway(t, early, row("b.example.com"))
	_, cURL := gateway(t, row("c.example.com"))
	a.asks(aURL, bURL, cURL, bURL)

	s := a.snapshot(t.Context())
	require.Len(t, s.rows, 4)
	assert.Empty(t, s.missing())
	assert.Len(t, s.peers, 2, "a page is no peer of itself")
	assert.Len(t, s.about, 3)
	for _, r := range s.rows {
		if r.Destination == "shared.example.com" {
			assert.EqualValues(t, 4, r.Connections)
			assert.Equal(t, early.FirstSeen, r.FirstSeen)
		}
	}
}

// A peer that is asked asks nobody.
func TestOneHop(t *testing.T) {
	a, _ := gateway(t)
	b, bURL := gateway(t)
	b.asks(listen(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a second hop") })))
	a.asks(bURL)
	assert.Empty(t, a.snapshot(t.Context()).missing())
}

// Whatever a peer does, the others' rows are shown, and it is named.
func TestMissingPeers(t *testing.T) {
	away, _ := url.Parse("http://127.0.0.1:1")
	for name, peer := range map[string]*url.URL{
		"away":  away,
		"hangs": listen(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })),
		"refuses": listen(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "who are you", http.StatusUnauthorized)
		})),
		"sends elsewhere": listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		})),
		"is no page": listen(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })),
		"has a broken row": listen(t, packed(func(w io.Writer) {
			_, _ = io.WriteString(w, `{"instance":"x","rows":[{"destination":"c.example.com","port":"https"}]}`)
		})),
		"has no list of rows": listen(t, packed(func(w io.Writer) { _, _ = io.WriteString(w, `{"instance":"x","rows":{}}`) })),
		"has no instance":     listen(t, packed(func(w io.Writer) { _, _ = io.WriteString(w, "{}") })),
		"never ends": listen(t, packed(func(w io.Writer) {
			_, _ = io.WriteString(w, `{"instance":"x","rows":[`)
			for range maxUnpacked/(1<<20) + 2 {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		})),
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := gateway(t, row("a.example.com"))
			_, bURL := gateway(t, row("b.example.com"))
			a.asks(peer, bURL)
			s := a.snapshot(t.Context())
			assert.Equal(t, []string{peer.Host}, s.missing())
			assert.Len(t, s.rows, 2)

			h, err := NewHandler(Options{Ledgers: a})
			require.NoError(t, err)
			for _, target := range []string{"/", "/destinations", "/about", "/api/v1/egress", "/api/v1/about"} {
				assert.Contains(t, get(t, h, target).Body.String(), peer.Host, target)
			}
			file := get(t, h, "/api/v1/suggestions?format=yaml")
			assert.Equal(t, http.StatusServiceUnavailable, file.Code, "a file must not look whole that is not")
			assert.Contains(t, file.Body.String(), peer.Host)
		})
	}
}

// A peer of another version may have words that are not known. Its other rows are shown,
// and how many are not.
func TestPeersOfAnotherVersion(t *testing.T) {
	for name, field := range map[string]string{
		"decision":       `"decision":"audited"`,
		"kind":           `"traffic":"quic"`,
		"source of name": `"name_source":"oracle"`,
		"port":           `"port":"https"`,
		"large port":     `"port":70000`,
	} {
		t.Run(name, func(t *testing.T) {
			peer := listen(t, packed(func(w io.Writer) {
				_, _ = io.WriteString(w, `{"instance":"x","later":[1],"rows":[
					{"destination":"b.example.com","decision":"passed","traffic":"tls","name_source":"server_name","later":{"a":1}},
					{"destination":"new.example.com",`+field+`,"requests":1},
					{"destination":"c.example.com","decision":"blocked","traffic":"tls","name_source":"server_name"}]}`)
			}))
			a, _ := gateway(t, row("a.example.com"))
			a.asks(peer)
			s := a.snapshot(t.Context())
			assert.Len(t, s.rows, 3)
			assert.Equal(t, []peerStatus{{Peer: peer.Host, UnknownRows: 1}}, s.peers)
			assert.Equal(t, []string{peer.Host}, s.missing())

			h, err := NewHandler(Options{Ledgers: a})
			require.NoError(t, err)
			for _, target := range []string{"/", "/destinations", "/about"} {
				assert.Contains(t, get(t, h, target).Body.String(), "1 row of "+peer.Host, target)
			}
			assert.Equal(t, http.StatusServiceUnavailable, get(t, h, "/api/v1/suggestions?format=yaml").Code)
		})
	}
}

func packed(write func(io.Writer)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		z := gzip.NewWriter(w)
		write(z)
		_ = z.Close()
	})
}

func TestPeersThatAreNotFound(t *testing.T) {
	a, _ := gateway(t, row("a.example.com"))
	a.SetPeers(&Peers{Find: func(context.Context) ([]*url.URL, error) { return nil, errors.New("no such host") }})
	s := a.snapshot(t.Context())
	assert.Equal(t, []peerStatus{{Peer: "peers", Error: "no such host"}}, s.peers)
	assert.Len(t, s.rows, 1)

	u, _ := url.Parse("http://127.0.0.1:1")
	many := make([]*url.URL, maxPeers+3)
	for i := range many {
		many[i] = u
	}
	b, _ := gateway(t)
	b.asks(many...)
	assert.Len(t, b.snapshot(t.Context()).missing(), maxPeers+3)
}

// What a reader sends to the page is not sent on.
func TestNothingOfAReaderIsPassedOn(t *testing.T) {
	var got http.Header
	peer := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		w.WriteHeader(http.StatusTeapot)
	}))
	a, _ := gateway(t)
	a.asks(peer)
	h, err := NewHandler(Options{Ledgers: a})
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "/destinations?q=secret", nil)
	r.Header.Set("Authorization", "Bearer secret")
	r.Header.Set("Cookie", "session=secret")
	r.Header.Set("X-Forwarded-User", "secret")
	h.ServeHTTP(httptest.NewRecorder(), r)
	require.NotNil(t, got)
	for name, values := range got {
		for _, v := range values {
			assert.NotContains(t, v, "secret", name)
		}
	}
}
