// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Whatever is asked for, and whatever workloads call themselves and others, the page
// has no element or attribute that it has not without them.
func FuzzPage(f *testing.F) {
	f.Add("q=<script>", "'\"><script>alert(1)</script>")
	f.Add("page=9223372036854775807&sort=count&order=desc", "=1+1")
	f.Add("new=99999d&seen=-1h&%zz", "javascript:alert(1)")
	f.Fuzz(func(t *testing.T, query, name string) {
		r := row(name)
		r.Source = egress.Source{Namespace: name, Workload: name, App: name}
		r.Entry, r.Addresses, r.Days = name, []string{name}, 0b11
		h := serve(t, r)
		for _, path := range []string{"/", "/destinations", "/suggestions", "/whatif", "/holes", "/api/v1/egress", "/api/v1/suggestions"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}})
			if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
				t.Fatalf("%s?%s: status %d", path, query, w.Code)
			}
			if !strings.HasPrefix(path, "/api/") {
				checkElements(t, w)
			}
		}
	})
}

// checkElements finds what a text must not become.
func checkElements(t *testing.T, w *httptest.ResponseRecorder) {
	root, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "href" && !strings.HasPrefix(a.Val, "/") && a.Val != "#main" {
				t.Fatalf("attribute %s=%q", a.Key, a.Val)
			}
			if a.Key == "src" && a.Val != "/static/page.js" {
				t.Fatalf("src=%q", a.Val)
			}
		}
		if n.Data == "script" && n.FirstChild != nil || n.Data == "style" || n.Data == "iframe" || n.Data == "img" {
			t.Fatalf("element %s", n.Data)
		}
	}
}
