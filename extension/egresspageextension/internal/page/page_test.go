// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/suggest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fixed is a ledger whose rows do not change.
type fixed []egress.Row

func (f fixed) Rows() []egress.Row { return append([]egress.Row{}, f...) }

func (f fixed) About() egress.About {
	return egress.About{WatchingSince: noon, Rows: len(f), MaxRows: 20_000, RetentionSeconds: 30 * 86400, OverflowRecords: 7}
}

// row is traffic of workload `web` of namespace `shop`.
func row(destination string) egress.Row {
	return egress.Row{
		Key: egress.Key{
			Source:      egress.Source{Namespace: "shop", Workload: "web", App: "web"},
			Destination: destination, NameSource: egress.NameOfServer, Port: 443, Traffic: egress.TLS, Decision: egress.Passed,
		},
		Counts:    egress.Counts{Connections: 2, SentBytes: 2048},
		FirstSeen: noon.Add(-time.Hour), LastSeen: noon, Addresses: []string{"203.0.113.1"},
	}
}

// serve is a handler that shows rows.
func serve(t *testing.T, rows ...egress.Row) http.Handler {
	return serveWith(t, Options{Version: "1.2.3"}, rows...)
}

// serveWith shows rows with options. What is not set of them is as shipped.
func serveWith(t *testing.T, o Options, rows ...egress.Row) http.Handler {
	l := NewLedgers()
	l.now = func() time.Time { return noon }
	l.Register("istio_egress", fixed(rows))
	o.Ledgers = l
	if o.Suggestions.MinCount == 0 {
		o.Suggestions = suggest.Defaults()
	}
	if o.UnusedAfter == 0 {
		o.UnusedAfter = 30 * 24 * time.Hour
	}
	h, err := NewHandler(o)
	require.NoError(t, err)
	return h
}

func get(t *testing.T, h http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w
}

func apiRows(t *testing.T, h http.Handler, query string) egressAnswer {
	t.Helper()
	w := get(t, h, "/api/v1/egress?"+query)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	var a egressAnswer
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a))
	return a
}

// The page's table has the rows that the API has, for each filter and order.
func TestViewsAgree(t *testing.T) {
	blocked := row("b.example.com")
	blocked.Decision, blocked.FirstSeen, blocked.Port = egress.Blocked, noon.Add(-48*time.Hour), 9000
	named := row("c.example.com")
	named.NameSource, named.ProvenAddresses = egress.NameOfEntry, 1
	h := serve(t, row("a.example.com"), blocked, named)
	for query, want := range map[string][]string{
		"":                      {"a.example.com", "b.example.com", "c.example.com"},
		"order=desc":            {"c.example.com", "b.example.com", "a.example.com"},
		"decision=blocked":      {"b.example.com"},
		"new=24h":               {"a.example.com", "c.example.com"},
		"new=2d":                {"a.example.com", "b.example.com", "c.example.com"},
		"grade=contradicted":    {"a.example.com", "b.example.com"},
		"port=9000":             {"b.example.com"},
		"q=C.EX":                {"c.example.com"},
		"namespace=bank":        nil,
		"traffic=tls&sort=port": {"a.example.com", "c.example.com", "b.example.com"},
	} {
		t.Run(query, func(t *testing.T) {
			a := apiRows(t, h, query)
			var got []string
			for _, r := range a.Rows {
				got = append(got, r.Destination)
			}
			assert.Equal(t, want, got)
			assert.Equal(t, len(want), a.Total)

			w := get(t, h, "/destinations?"+query)
			require.Equal(t, http.StatusOK, w.Code)
			assert.Equal(t, want, texts(t, w, "summary"))

			w = get(t, h, "/api/v1/egress?format=csv&"+query)
			lines, err := csv.NewReader(w.Body).ReadAll()
			require.NoError(t, err)
			require.Len(t, lines, len(want)+1)
			for i, name := range want {
				assert.Equal(t, name, lines[i+1][3])
			}
		})
	}
}

// The row of ports that have none of their own says so, everywhere and after the numbers.
func TestOtherPorts(t *testing.T) {
	others, high := row("a.example.com"), row("a.example.com")
	others.Port, others.OtherPorts = 0, true
	high.Port = 65535
	h := serve(t, others, high)
	a := apiRows(t, h, "sort=port")
	require.Len(t, a.Rows, 2)
	assert.Equal(t, high.Key, a.Rows[0].Key)
	assert.Equal(t, others.Key, a.Rows[1].Key)

	a = apiRows(t, h, "port=other")
	require.Len(t, a.Rows, 1)
	assert.Equal(t, others.Key, a.Rows[0].Key)
	filtered := get(t, h, "/destinations?port=other").Body.String()
	assert.Contains(t, filtered, `name="port" value="other"`)
	assert.Contains(t, filtered, "/api/v1/egress?port=other")
	assert.NotContains(t, filtered, "65535")

	assert.Contains(t, get(t, h, "/destinations").Body.String(), `aria-label="a.example.com port other"`)
	for _, view := range []string{"/destinations", "/suggestions", "/whatif?with=suggestions"} {
		assert.Contains(t, get(t, h, view).Body.String(), `<td class="number">other</td>`, view)
	}
	lines, err := csv.NewReader(get(t, h, "/api/v1/egress?format=csv&sort=port").Body).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, "65535", lines[1][6])
	assert.Equal(t, "other", lines[2][6])
}

// texts of all elements with a name.
func texts(t *testing.T, w *httptest.ResponseRecorder, name string) (all []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	require.NoError(t, err)
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			var b strings.Builder
			for c := range n.Descendants() {
				if c.Type == html.TextNode {
					b.WriteString(c.Data)
				}
			}
			all = append(all, b.String())
		}
	}
	return all
}

func TestBadParameters(t *testing.T) {
	h := serve(t)
	for query, want := range map[string]string{
		"decision=maybe":        "`decision` is \"maybe\": no decision is called \"maybe\"",
		"traffic=udp":           "`traffic` is \"udp\": no kind of traffic is called \"udp\"",
		"grade=good":            "`grade` is \"good\": no grade is called \"good\"",
		"port=70000":            "`port` is \"70000\": must be a number from 0 to 65535, or other",
		"new=yesterday":         "`new` is \"yesterday\": must be a duration such as 24h or 30d",
		"seen=-1h":              "`seen` is \"-1h\": must be a duration such as 24h or 30d",
		"sort=colour":           "`sort` is \"colour\": no column to sort by is called \"colour\"",
		"order=up":              "`order` is \"up\": must be asc or desc",
		"page=0":                "`page` is \"0\": must be a number of at least 1",
		"source_namespace=shop": "`source_namespace` is no parameter: there are namespace, workload, destination, decision, traffic, port, grade, new, seen, q, sort, order, page, format",
		"format=xml":            "`format` is \"xml\": must be json or csv",
	} {
		w := get(t, h, "/api/v1/egress?"+query)
		assert.Equal(t, http.StatusBadRequest, w.Code)
		var got map[string]string
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
		assert.Equal(t, want, got["error"])
		if !strings.HasPrefix(query, "format") {
			assert.Equal(t, http.StatusBadRequest, get(t, h, "/destinations?"+query).Code)
		}
	}
}

func TestPages(t *testing.T) {
	var rows []egress.Row
	for i := range 2*rowsPerPage + 1 {
		rows = append(rows, row(fmt.Sprintf("%05d.example.com", i)))
	}
	h := serve(t, rows...)
	a := apiRows(t, h, "page=3")
	assert.Equal(t, 2*rowsPerPage+1, a.Total)
	assert.Equal(t, 3, a.Pages)
	require.Len(t, a.Rows, 1)
	assert.Equal(t, rows[2*rowsPerPage].Destination, a.Rows[0].Destination)
	assert.Empty(t, apiRows(t, h, "page=4").Rows)
	assert.Empty(t, apiRows(t, h, "page="+strconv.Itoa(1<<62)).Rows)

	second := get(t, h, "/destinations?page=2&sort=port").Body.String()
	assert.Contains(t, second, `rel="prev" href="/destinations?sort=port"`)
	assert.Contains(t, second, `rel="next" href="/destinations?page=3&amp;sort=port"`)
	assert.NotContains(t, get(t, h, "/destinations?page=3").Body.String(), `rel="next"`)
}

// What a request parses to is written as the same request.
func TestRequestValues(t *testing.T) {
	text := "decision=blocked&destination=x&grade=claimed&namespace=a&new=24h&order=desc&page=3&port=443&q=t&seen=7d&sort=count&traffic=tls&workload=w"
	v, err := url.ParseQuery(text)
	require.NoError(t, err)
	r, err := parseRequest(v, noon)
	require.NoError(t, err)
	assert.Equal(t, text, r.values().Encode())
	r, err = parseRequest(nil, noon)
	require.NoError(t, err)
	assert.Equal(t, "/destinations", r.link())
}

// Names are written by workloads that are watched.
func TestHostileText(t *testing.T) {
	const hostile = `=cmd|"'><script>alert(1)</script><img src=x onerror=alert(2)>`
	r := row(hostile)
	r.Source = egress.Source{Namespace: hostile, Workload: hostile, App: hostile}
	r.Entry, r.Addresses = hostile, []string{hostile}
	h := serve(t, r, row("other"))
	for _, target := range []string{"/", "/destinations", "/about", "/destinations?q=" + url.QueryEscape(hostile), "/destinations?decision=" + url.QueryEscape(hostile)} {
		body := get(t, h, target).Body.String()
		assert.NotContains(t, body, "<script>")
		assert.NotContains(t, body, "<img")
		assert.NotContains(t, body, "javascript:")
	}
	lines, err := csv.NewReader(get(t, h, "/api/v1/egress?format=csv").Body).ReadAll()
	require.NoError(t, err)
	for _, line := range lines[1:] {
		for _, c := range line {
			assert.NotContains(t, []string{"=", "+", "-", "@"}, c[:min(1, len(c))])
		}
	}
	assert.NotContains(t, get(t, h, "/api/v1/egress").Body.String(), "<script>")
}

func TestEachAnswerIsSecured(t *testing.T) {
	h := serve(t)
	for _, target := range []string{"/", "/destinations", "/about", "/static/style.css", "/static/page.js", "/api/v1/egress", "/api/v1/about", "/api/v1/openapi.yaml", "/nowhere"} {
		w := get(t, h, target)
		assert.Equal(t, target == "/nowhere", w.Code == http.StatusNotFound, target)
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
		assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		assert.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
		assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "TRACE"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/destinations", nil))
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/destinations", nil))
	assert.Equal(t, http.StatusOK, w.Code)
}

// A foreign name that resolves to this machine reads nothing.
func TestHost(t *testing.T) {
	h, err := NewHandler(Options{Ledgers: NewLedgers(), LocalOnly: true})
	require.NoError(t, err)
	for host, want := range map[string]int{
		"localhost:8686": http.StatusOK, "LOCALHOST": http.StatusOK, "127.0.0.1:8686": http.StatusOK, "[::1]:8686": http.StatusOK, "[::1]": http.StatusOK,
		"evil.example.org:8686": http.StatusMisdirectedRequest, "localhost.evil.example.org": http.StatusMisdirectedRequest,
		"192.0.2.1:8686": http.StatusMisdirectedRequest, "": http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, host)
	}
}

func TestRegister(t *testing.T) {
	now := noon
	l := NewLedgers()
	l.now = func() time.Time { return now }
	assert.Empty(t, l.snapshot(t.Context()).rows)
	now = now.Add(snapshotAge)
	unregister := l.Register("istio_egress", fixed{row("a.example.com")})
	l.Register("istio_egress/other", fixed{row("a.example.com"), row("b.example.com")})
	s := l.snapshot(t.Context())
	require.Len(t, s.rows, 2)
	assert.EqualValues(t, 4, s.rows[0].Connections, "two ledgers saw it")
	assert.Len(t, s.about, 2)
	assert.Same(t, s, l.snapshot(t.Context()), "one answer serves many requests")
	now = now.Add(snapshotAge)
	assert.NotSame(t, s, l.snapshot(t.Context()))
	unregister()
	now = now.Add(snapshotAge)
	assert.EqualValues(t, 2, l.snapshot(t.Context()).rows[0].Connections)
}

func TestAbout(t *testing.T) {
	h := serve(t, row("a"))
	var got aboutAnswer
	require.NoError(t, json.Unmarshal(get(t, h, "/api/v1/about").Body.Bytes(), &got))
	assert.Equal(t, aboutAnswer{Version: "1.2.3", Time: noon, Ledgers: []about{{Component: "istio_egress", About: fixed{row("a")}.About()}}}, got)
}
