// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/suggest"
)

// often is traffic of two days.
func often(destination string, change ...func(*egress.Row)) egress.Row {
	r := row(destination)
	r.FirstSeen, r.Days = noon.Add(-24*time.Hour), 0b11
	for _, c := range change {
		c(&r)
	}
	return r
}

func ofNamespace(name string) func(*egress.Row) {
	return func(r *egress.Row) { r.Source.Namespace = name }
}

// decode reads the answer to a request.
func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (answer T) {
	t.Helper()
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	return answer
}

func post(h http.Handler, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestSuggestions(t *testing.T) {
	h := serve(t, often("api.example.com"), often("www.example.com", ofNamespace("bank")), row("rare.example.com"))
	a := decode[suggestionsAnswer](t, get(t, h, "/api/v1/suggestions"))
	assert.Equal(t, []string{"bank", "shop"}, a.Namespaces)
	require.Len(t, a.Documents, 2)
	assert.Equal(t, resources.ID{Kind: "ServiceEntry", Namespace: "bank", Name: "www.example.com"}, a.Documents[0].ID)
	assert.Equal(t, []string{"bank/web"}, a.Documents[0].Sources)
	assert.EqualValues(t, 2, a.Documents[0].Count)
	assert.Len(t, a.Documents[0].Rows, 1)
	require.Len(t, a.NotSuggested, 1)
	assert.Equal(t, suggest.SeenOnce, a.NotSuggested[0].Reason)
	assert.NotEqual(t, suggest.Reasons[suggest.SeenOnce], a.NotSuggested[0].Text, "it says the thresholds")
	assert.Equal(t, [3]int{2, 0, 1}, [3]int{a.DocumentsTotal, a.OffersTotal, a.NotSuggestedTotal})

	a = decode[suggestionsAnswer](t, get(t, h, "/api/v1/suggestions?namespace=bank"))
	assert.Len(t, a.Documents, 1)
	assert.Empty(t, a.NotSuggested)

	w := get(t, h, "/api/v1/suggestions?namespace=shop&format=yaml")
	assert.Equal(t, "application/yaml", w.Header().Get("Content-Type"))
	assert.Equal(t, `attachment; filename="egress-shop.yaml"`, w.Header().Get("Content-Disposition"))
	read := resources.Read("f", w.Body.Bytes(), "")
	assert.Empty(t, read.Problems)
	require.Len(t, read.ServiceEntries, 1)
	assert.Equal(t, []string{"api.example.com"}, read.ServiceEntries[0].Spec.Hosts)
	w = get(t, h, "/api/v1/suggestions?format=yaml&namespace=%22%0d%0a")
	assert.Equal(t, `attachment; filename="egress.yaml"`, w.Header().Get("Content-Disposition"))
	assert.Empty(t, w.Body.Bytes())

	view := get(t, h, "/suggestions")
	assert.Contains(t, texts(t, view, "pre")[1], "api.example.com")
	checkElements(t, view)
	for _, query := range []string{"colour=red", "page=0", "format=xml", "allowed=perhaps"} {
		assert.Equal(t, http.StatusBadRequest, get(t, h, "/api/v1/suggestions?"+query).Code, query)
		assert.Equal(t, http.StatusBadRequest, get(t, h, "/suggestions?"+query).Code, query)
	}
}

func TestAllowedSuggestions(t *testing.T) {
	h := serve(t, often("api.example.com", func(r *egress.Row) { r.Decision, r.Entry = egress.Allowed, "api.example.com" }))
	assert.Empty(t, decode[suggestionsAnswer](t, get(t, h, "/api/v1/suggestions")).Documents)
	assert.Len(t, decode[suggestionsAnswer](t, get(t, h, "/api/v1/suggestions?allowed=true")).Documents, 1)
	assert.NotEmpty(t, get(t, h, "/api/v1/suggestions?allowed=true&format=yaml").Body.Bytes())
}

func TestOffersOnThePage(t *testing.T) {
	var rows []egress.Row
	for i := range 5 {
		rows = append(rows, often("h"+strconv.Itoa(i)+".example.com"))
	}
	h := serve(t, rows...)
	a := decode[suggestionsAnswer](t, get(t, h, "/api/v1/suggestions"))
	require.Len(t, a.Offers, 1)
	assert.Len(t, a.Offers[0].Hosts, 5)
	assert.Contains(t, a.Offers[0].YAML, "'*.example.com'")
	view := get(t, h, "/suggestions")
	assert.Len(t, texts(t, view, "pre"), 6)
}

func TestPagesOfSuggestions(t *testing.T) {
	var rows []egress.Row
	for i := range 450 {
		r := often("h" + strconv.Itoa(i) + ".example" + strconv.Itoa(i) + ".com")
		r.Addresses = nil
		rows = append(rows, r)
	}
	h := serve(t, append(rows, row("rare.example.com"))...)
	seen := map[string]bool{}
	for page := 1; page <= 3; page++ {
		a := decode[suggestionsAnswer](t, get(t, h, "/api/v1/suggestions?page="+strconv.Itoa(page)))
		assert.Equal(t, 450, a.DocumentsTotal)
		assert.Equal(t, 3, a.Pages)
		for _, d := range a.Documents {
			seen[d.ID.Name] = true
		}
	}
	assert.Len(t, seen, 450)
	assert.Empty(t, decode[suggestionsAnswer](t, get(t, h, "/api/v1/suggestions?page=9223372036854775807")).Documents)
	assert.Contains(t, get(t, h, "/suggestions?page=2").Body.String(), `href="/suggestions?page=3"`)
}

func TestDiff(t *testing.T) {
	h := serve(t, often("api.example.com"), often("www.example.com", ofNamespace("bank")))
	mine := get(t, h, "/api/v1/suggestions?format=yaml&namespace=shop").Body.String()
	d := decode[diffAnswer](t, post(h, "/api/v1/diff", mine))
	assert.Equal(t, diffTotals{Added: 1, Unchanged: 1, Unknown: 1}, d.Totals)
	assert.Equal(t, "bank", d.Added[0].ID.Namespace)
	assert.Equal(t, []resources.ID{{Kind: "ServiceEntry", Namespace: "shop", Name: "api.example.com"}}, d.Unchanged[0].By)
	d = decode[diffAnswer](t, post(h, "/api/v1/diff?namespace=shop", mine+"---\nkind: [\n"))
	assert.Equal(t, diffTotals{Unchanged: 1, Unknown: 1}, d.Totals)
	require.Len(t, d.Problems, 1)
}

// What is posted is bounded, and comes from nobody else's page.
func TestPosts(t *testing.T) {
	h := serve(t, often("api.example.com"))
	for _, target := range []string{"/api/v1/diff", "/api/v1/whatif"} {
		assert.Equal(t, http.StatusBadRequest, post(h, target, "").Code, "there are no files")
		assert.Equal(t, http.StatusBadRequest, post(h, target+"?colour=red", "kind: x").Code)
		assert.Equal(t, http.StatusOK, post(h, target, strings.Repeat("#\n", resources.MaxBytes/2)).Code)
		assert.Equal(t, http.StatusRequestEntityTooLarge, post(h, target, strings.Repeat("#", resources.MaxBytes+1)).Code)
		assert.Equal(t, http.StatusForbidden, post(h, target, "a: b", "Sec-Fetch-Site", "cross-site").Code)
		assert.Equal(t, http.StatusForbidden, post(h, target, "a: b", "Sec-Fetch-Site", "same-site").Code)
		assert.Equal(t, http.StatusForbidden, post(h, target, "a: b", "Origin", "https://evil.example.org").Code)
		assert.Equal(t, http.StatusOK, post(h, target, "a: b", "Sec-Fetch-Site", "same-origin").Code)
		assert.Equal(t, http.StatusMethodNotAllowed, get(t, h, target).Code)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, at time.Time) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		require.NoError(t, os.Chtimes(path, at, at))
	}
	entry := func(name string) string {
		return "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: " + name + ", namespace: shop}\n" +
			"spec: {hosts: [" + name + "], exportTo: ['.'], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}\n"
	}
	names := func(s resources.Set) (all []string) {
		for _, e := range s.ServiceEntries {
			all = append(all, e.Metadata.Name)
		}
		return all
	}
	now := noon
	f := NewFiles([]string{filepath.Join(dir, "*.yaml"), filepath.Join(dir, "nothing", "*")})
	f.now = func() time.Time { return now }
	assert.True(t, f.Given())
	assert.Len(t, f.Set().Problems, 2, "a pattern without a file is a mistake")

	write("b.yaml", entry("b.example.com"), noon)
	write("a.yaml", entry("a.example.com"), noon)
	assert.Empty(t, names(f.Set()), "the files were looked at a moment ago")
	now = now.Add(filesAge)
	assert.Equal(t, []string{"a.example.com", "b.example.com"}, names(f.Set()))
	write("a.yaml", entry("c.example.com"), noon.Add(time.Second))
	now = now.Add(filesAge)
	assert.Equal(t, []string{"c.example.com", "b.example.com"}, names(f.Set()))
	require.NoError(t, os.Remove(filepath.Join(dir, "b.yaml")))
	now = now.Add(filesAge)
	assert.Equal(t, []string{"c.example.com"}, names(f.Set()))
	write("large.yaml", strings.Repeat("#", resources.MaxBytes+1), noon)
	now = now.Add(filesAge)
	assert.Len(t, f.Set().Problems, 2)
	assert.Equal(t, []string{"c.example.com"}, names(f.Set()))

	t.Run("the page compares with them", func(t *testing.T) {
		h := serveWith(t, Options{Files: f}, often("c.example.com"), often("d.example.com"))
		d := decode[diffAnswer](t, post(h, "/api/v1/diff", ""))
		assert.Equal(t, diffTotals{Added: 1, Unchanged: 1, Unknown: 1}, d.Totals)
		view := get(t, h, "/suggestions")
		assert.Contains(t, view.Body.String(), "1 missing, 0 changed, 1 unchanged")
		checkElements(t, view)
	})
}
