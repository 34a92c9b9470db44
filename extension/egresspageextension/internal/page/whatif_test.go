// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

const anEntry = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: api, namespace: shop}\n" +
	"spec: {hosts: [api.example.com], exportTo: ['.'], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}\n"

func outcomesOf(a whatifAnswer) map[string]whatif.Outcome {
	got := map[string]whatif.Outcome{}
	for _, r := range a.Rows {
		got[r.Row.Source.Namespace+" "+r.Row.Destination] = r.Verdict.Outcome
	}
	return got
}

func TestWhatif(t *testing.T) {
	h := serve(t, often("api.example.com"), often("www.example.com"), often("www.example.com", ofNamespace("bank")), row("rare.example.com"))
	a := decode[whatifAnswer](t, post(h, "/api/v1/whatif", anEntry+"---\nkind: VirtualService\napiVersion: networking.istio.io/v1\nmetadata: {name: x, namespace: bank}\n---\nkind: [\n"))
	assert.Equal(t, map[string]whatif.Outcome{
		"shop api.example.com": whatif.Passes, "shop www.example.com": whatif.Blocked, "bank www.example.com": whatif.Blocked, "shop rare.example.com": whatif.Blocked,
	}, outcomesOf(a))
	assert.Equal(t, "REGISTRY_ONLY", a.Mode)
	require.Len(t, a.Workloads, 2)
	assert.Equal(t, whatif.Summary{Source: egress.Source{Namespace: "shop", Workload: "web", App: "web"}, Breaks: 2, Passes: 1}, a.Workloads[1])
	assert.Len(t, a.NotConsidered, 1)
	assert.Len(t, a.Problems, 1)

	a = decode[whatifAnswer](t, post(h, "/api/v1/whatif?namespace=shop&outcome=passes", anEntry))
	assert.Equal(t, map[string]whatif.Outcome{"shop api.example.com": whatif.Passes}, outcomesOf(a))
	assert.Len(t, a.Workloads, 1)
	assert.Equal(t, 1, a.Total)
	a = decode[whatifAnswer](t, post(h, "/api/v1/whatif?mode=ALLOW_ANY", anEntry))
	assert.Equal(t, whatif.Passes, outcomesOf(a)["shop www.example.com"])
	a = decode[whatifAnswer](t, post(h, "/api/v1/whatif?with=suggestions", ""))
	assert.Equal(t, map[string]whatif.Outcome{
		"shop api.example.com": whatif.Passes, "shop www.example.com": whatif.Passes, "bank www.example.com": whatif.Passes, "shop rare.example.com": whatif.Blocked,
	}, outcomesOf(a))

	for _, query := range []string{"mode=DENY", "with=luck", "outcome=maybe", "page=0", "colour=red"} {
		assert.Equal(t, http.StatusBadRequest, post(h, "/api/v1/whatif?"+query, anEntry).Code, query)
		assert.Equal(t, http.StatusBadRequest, get(t, h, "/whatif?"+query).Code, query)
	}
}

// form posts a form as a browser does.
func form(h http.Handler, values url.Values, header ...string) *httptest.ResponseRecorder {
	return post(h, "/whatif", values.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

func TestWhatifView(t *testing.T) {
	h := serve(t, often("api.example.com"), often("www.example.com"))
	first := get(t, h, "/whatif")
	assert.Equal(t, http.StatusOK, first.Code)
	assert.Equal(t, 2, strings.Count(first.Body.String(), `<span class="word outcome-passes">`), "without files it is about the suggestions")

	w := form(h, url.Values{"resources": {anEntry}, "mode": {"REGISTRY_ONLY"}, "namespace": {""}, "outcome": {""}})
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, 1, strings.Count(w.Body.String(), `<span class="word outcome-blocked">`))
	assert.Equal(t, []string{anEntry}, texts(t, w, "textarea"), "what was posted stays in the form")
	w = form(h, url.Values{"resources": {"</textarea><script>alert(1)</script>"}})
	checkElements(t, w)
	assert.Equal(t, http.StatusBadRequest, form(h, url.Values{}).Code)
	assert.Equal(t, http.StatusRequestEntityTooLarge, form(h, url.Values{"resources": {strings.Repeat("#", 1<<20+1)}}).Code)
	assert.Equal(t, http.StatusOK, form(h, url.Values{"resources": {strings.Repeat("#\n", 1<<19)}}).Code)
	assert.Equal(t, http.StatusForbidden, form(h, url.Values{"resources": {anEntry}}, "Origin", "https://evil.example.org").Code)
}

// With files the overview and the table of destinations say what would become of the
// traffic.
func TestReady(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.yaml")
	require.NoError(t, os.WriteFile(file, []byte(anEntry), 0o600))
	h := serveWith(t, Options{Files: NewFiles([]string{file})}, often("api.example.com"), often("www.example.com", ofNamespace("bank")))
	overview := get(t, h, "/").Body.String()
	assert.Contains(t, overview, `<a href="/whatif?namespace=bank&amp;workload=web"><span class="blocked">1 would break</span></a>`)
	assert.Contains(t, overview, `<a href="/whatif?namespace=shop&amp;workload=web"><span class="allowed">ready</span></a>`)
	table := get(t, h, "/destinations")
	assert.Equal(t, 1, strings.Count(table.Body.String(), `<span class="word outcome-passes">`))
	assert.Equal(t, 1, strings.Count(table.Body.String(), `<span class="word outcome-blocked">`))
	assert.Equal(t, http.StatusOK, get(t, h, "/destinations?q=nothing").Code)
	assert.Equal(t, http.StatusOK, get(t, h, "/whatif?namespace=bank&workload=web").Code)

	without := serve(t, often("api.example.com"))
	assert.NotContains(t, get(t, without, "/").Body.String(), "REGISTRY_ONLY")
	assert.NotContains(t, get(t, without, "/destinations").Body.String(), "REGISTRY_ONLY")
}
