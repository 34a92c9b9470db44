// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/suggest"
)

// Options of a handler.
type Options struct {
	Ledgers *Ledgers
	// Version of the Collector.
	Version string
	// LocalOnly is true if the server is reached from this machine only.
	LocalOnly bool
	// Suggestions, and what they are compared with.
	Suggestions suggest.Settings
	Files       *Files
	// MeshMode is empty if the files say it.
	MeshMode    resources.Mode
	UnusedAfter time.Duration
}

//go:embed templates openapi.yaml
var files embed.FS

//go:embed static
var static embed.FS

type handler struct {
	Options
	templates map[string]*template.Template
	// working is held for what takes long with many rows, so that one request at a time
	// costs a core.
	working sync.Mutex
	// ready is guarded by working.
	ready readiness
}

// NewHandler returns a handler of all pages and of the API.
func NewHandler(o Options) (http.Handler, error) {
	h := &handler{Options: o, templates: map[string]*template.Template{}}
	for _, view := range []string{viewOverview, viewDestinations, viewSuggestions, viewWhatif, viewHoles, viewAbout} {
		t, err := template.New("").Funcs(functions).ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+view+".html")
		if err != nil {
			return nil, err
		}
		h.templates[view] = t
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.overview)
	mux.HandleFunc("GET /destinations", h.destinations)
	mux.HandleFunc("GET /suggestions", h.suggestions)
	mux.HandleFunc("GET /whatif", h.whatifView)
	mux.HandleFunc("POST /whatif", h.whatifView)
	mux.HandleFunc("GET /holes", h.holesView)
	mux.HandleFunc("GET /about", h.about)
	mux.HandleFunc("GET /api/v1/egress", h.apiEgress)
	mux.HandleFunc("GET /api/v1/suggestions", h.apiSuggestions)
	mux.HandleFunc("POST /api/v1/diff", h.apiDiff)
	mux.HandleFunc("POST /api/v1/whatif", h.apiWhatif)
	mux.HandleFunc("GET /api/v1/holes", h.apiHoles)
	mux.HandleFunc("GET /api/v1/about", h.apiAbout)
	mux.HandleFunc("GET "+pathLocal, h.apiLocal)
	mux.HandleFunc("GET /api/v1/openapi.yaml", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "openapi.yaml")
	})
	mux.Handle("GET /static/", http.FileServerFS(static))
	// What is posted changes nothing, but pages of other sites must not make us work.
	return secured(http.NewCrossOriginProtection().Handler(mux), o.LocalOnly), nil
}

// contentSecurityPolicy lets a page load its own style and script, and nothing else.
// Each part is what one of our pages needs.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secured adds what holds for each answer, and refuses what no browser of a reader
// sends.
func secured(next http.Handler, localOnly bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentSecurityPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if localOnly && !isLocalHost(r.Host) {
			// A name of somebody else that resolves to this machine makes his page the
			// same origin as ours (DNS rebinding).
			http.Error(w, "the page is served to localhost only: ask for it by that name", http.StatusMisdirectedRequest)
			return
		}
		if err := checkQuery(r.URL.RawQuery); err != nil {
			writeError(w, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// checkQuery refuses a query of which a part would be left out: the answer would have
// more rows than somebody asked for.
func checkQuery(raw string) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return fmt.Errorf("the query cannot be read: %w", err)
	}
	for name, all := range values {
		if len(all) > 1 {
			return fmt.Errorf("`%s` is given %d times", name, len(all))
		}
	}
	return nil
}

// isLocalHost tells whether a Host header names this machine itself.
func isLocalHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return IsLocal(strings.ToLower(strings.Trim(host, "[]")))
}

// IsLocal tells whether only this machine reaches an address or a name.
func IsLocal(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// render writes a view. It is written only when it is whole.
func (h *handler) render(w http.ResponseWriter, s *snapshot, view string, data any) {
	var b bytes.Buffer
	if err := h.templates[view].ExecuteTemplate(&b, "layout", layout{
		View: view, Version: h.Version, Away: s.away(), Unknown: s.unknown(), Without: missingLabelsOf(s.about), Data: data,
	}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = b.WriteTo(w) // the reader has gone
}

// layout is what stands around each view.
type layout struct {
	View, Version string
	// Away are peers that did not answer.
	Away []string
	// Unknown are peers with rows that are not understood.
	Unknown []peerStatus
	// Without counts records that do not say where they went.
	Without missingLabels
	Data    any
}
