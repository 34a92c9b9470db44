// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// telling is a ledger that says something of itself.
type telling struct{ about egress.About }

func (telling) Rows() []egress.Row    { return []egress.Row{row("a.example.com")} }
func (l telling) About() egress.About { return l.about }

func serveLedgers(t *testing.T, all ...egress.About) http.Handler {
	t.Helper()
	l := NewLedgers()
	l.now = func() time.Time { return noon }
	for i, a := range all {
		l.Register(fmt.Sprintf("istio_egress/%d", i), telling{a})
	}
	h, err := NewHandler(Options{Ledgers: l, Version: "1.2.3"})
	require.NoError(t, err)
	return h
}

func silentFor(name string, d time.Duration) egress.Proxy {
	return egress.Proxy{Name: name, LastRecord: noon.Add(-d)}
}

// A proxy that sends to two gateways is one, with its newest record.
func TestProxies(t *testing.T) {
	h := serveLedgers(t,
		egress.About{Proxies: []egress.Proxy{silentFor("web-0.shop", time.Hour), silentFor("web-1.shop", 2*time.Minute)}},
		egress.About{Proxies: []egress.Proxy{silentFor("cart-0.shop", 25*time.Minute), silentFor("web-0.shop", 4*time.Second)}},
	)
	w := get(t, h, "/about")
	require.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, []string{"Proxy", "Last record", "Silent for", "cart-0.shop", "web-1.shop", "web-0.shop"}, texts(t, w, "th"))
	cells := texts(t, w, "td")
	assert.Equal(t, []string{"25 min", "2 min", "4 s"}, []string{cells[1], cells[3], cells[5]})

	var a aboutAnswer
	require.NoError(t, json.Unmarshal(get(t, h, "/api/v1/about").Body.Bytes(), &a))
	require.Len(t, a.Ledgers, 2)
	assert.Equal(t, []egress.Proxy{silentFor("web-0.shop", time.Hour), silentFor("web-1.shop", 2*time.Minute)}, a.Ledgers[0].Proxies)
}

// The view has a page of them, those that are silent for the longest.
func TestManyProxies(t *testing.T) {
	var many egress.About
	for i := range 5000 {
		many.Proxies = append(many.Proxies, silentFor(fmt.Sprintf("web-%d.shop", i), time.Duration(i)*time.Second))
	}
	w := get(t, serveLedgers(t, many), "/about")
	names := texts(t, w, "th")
	assert.Len(t, names, 3+rowsPerPage)
	assert.Equal(t, "web-4999.shop", names[3])
	assert.Contains(t, w.Body.String(), "5\u00a0000 proxies")
}

// Where labels are off the views say which.
func TestMissingLabels(t *testing.T) {
	for name, tc := range map[string]struct {
		ledger egress.About
		want   []string
	}{
		"none":    {egress.About{Records: 5}, nil},
		"host":    {egress.About{RecordsWithoutHost: 5}, []string{"destination_host", "istio_labels"}},
		"address": {egress.About{RecordsWithoutAddress: 5}, []string{"destination_ip", "istio_labels"}},
	} {
		for _, view := range []string{"/", "/destinations"} {
			t.Run(name+" "+view, func(t *testing.T) {
				assert.Equal(t, tc.want, texts(t, get(t, serveLedgers(t, tc.ledger), view), "code"))
			})
		}
	}
}

func TestHumanDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 59 * time.Second: "59 s", 119 * time.Second: "1 min", 23 * time.Hour: "23 h", 30 * 24 * time.Hour: "30 d",
	} {
		assert.Equal(t, want, humanDuration(d))
	}
}

// A part of a query that is left out would show rows that nobody asked for.
func TestQueriesThatCannotBeRead(t *testing.T) {
	h := serve(t, row("a.example.com"))
	for _, query := range []string{"decision=blocked;port=1", "q=%zz", "decision=blocked&decision=passed", "q=a&q=a"} {
		for _, path := range []string{"/destinations", "/api/v1/egress", "/", "/suggestions"} {
			assert.Equal(t, http.StatusBadRequest, get(t, h, path+"?"+query).Code, path+"?"+query)
		}
	}
}

// Whoever asks for a page beyond the last one finds back.
func TestPageBeyondTheLast(t *testing.T) {
	assert.Equal(t, "/destinations?q=a", destinationsData{request: request{Query: egress.Query{Text: "a", Sort: egress.BySource}, Page: 9}, answer: answer{Pages: 1}}.Previous())
	assert.Empty(t, destinationsData{request: request{Page: 1}, answer: answer{Pages: 1}}.Previous())
	assert.Contains(t, get(t, serve(t, row("a.example.com")), "/suggestions?page=9").Body.String(), `rel="prev" href="/suggestions"`)
}

// Only what a browser needs is a file.
func TestStatic(t *testing.T) {
	h := serve(t)
	assert.Equal(t, http.StatusOK, get(t, h, "/static/style.css").Code)
	for _, path := range []string{"/static/%2e%2e/openapi.yaml", "/static/%2e%2e/templates/layout.html", "/static/none.js"} {
		assert.Equal(t, http.StatusNotFound, get(t, h, path).Code, path)
	}
}
