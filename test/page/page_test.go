// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

type screen struct {
	name          string
	width, height int64
	scheme        string
}

// screens are what people look at the page with.
var screens = []screen{
	{"desktop", 1280, 900, "light"},
	{"dark", 1280, 900, "dark"},
	{"phone", 360, 740, "light"},
}

var views = map[string]string{"overview": "/", "destinations": "/destinations", "suggestions": "/suggestions", "whatif": "/whatif", "holes": "/holes", "about": "/about"}

func (b *tab) useScreen(width, height int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(b.t, err)
}

// Each view fits each screen, and axe-core finds nothing.
func TestViews(t *testing.T) { fits(t, serve(t, shop()), screens) }

// fits opens each view on each screen.
func fits(t *testing.T, url string, screens []screen) {
	t.Helper()
	axe, err := os.ReadFile(required(t, envAxe))
	require.NoError(t, err)
	b := newTab(t)
	for _, s := range screens {
		b.useScreen(s.width, s.height, s.scheme)
		for view, path := range views {
			t.Run(view+" on "+s.name, func(t *testing.T) {
				b.t = t
				b.open(url + path)
				assert.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), int(s.width), "the page does not scroll sideways")
				b.keep(view+"-"+s.name, run(b, chromedp.FullScreenshot(100)))
				b.requireAccessible(string(axe))
			})
		}
	}
	b.t = t
	b.requireQuiet()
}

// requireAccessible fails if axe-core finds something.
func (b *tab) requireAccessible(axe string) {
	b.t.Helper()
	// The page's policy forbids scripts of others; the debugger's are not bound by it.
	b.do(chromedp.Evaluate[chromedp.Void](axe))
	found := eval[string](b, `axe.run().then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join("; "))))`)
	var violations []string
	require.NoError(b.t, json.Unmarshal([]byte(found), &violations))
	assert.Empty(b.t, violations)
}

// A person filters and sorts, by mouse and by keyboard, with and without a script.
func TestFilters(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		name := "without a script"
		if scripts {
			name = "with a script"
		}
		t.Run(name, func(t *testing.T) {
			url := serve(t, shop())
			b := newTab(t)
			b.useScripts(scripts)
			b.open(url + "/destinations")
			assert.Len(t, b.column(1), len(shop()))

			b.do(chromedp.SendKeys(`input[name="workload"]`, "batch\r"), chromedp.WaitVisible(`//p[@role="status"][starts-with(., "2 rows")]`))
			assert.Equal(t, []string{"shop/batch", "shop/batch"}, b.column(0))

			b.do(chromedp.Click(`//th/a[.="Last seen"]`), chromedp.WaitVisible(`th[aria-sort="descending"]`))
			assert.Equal(t, []string{"198.51.100.7", "203.0.113.22"}, b.column(1), "the latest comes first, the filter stays")

			b.do(chromedp.Click(`//th/a[.="Last seen"]`), chromedp.WaitVisible(`th[aria-sort="ascending"]`))
			assert.Equal(t, []string{"203.0.113.22", "198.51.100.7"}, b.column(1))

			b.do(chromedp.Click("summary"), chromedp.WaitVisible("details[open] dl"))
			b.requireQuiet()
		})
	}
}

// column of the table, as text. It is read by the debugger, which works in a page
// without scripts, too.
func (b *tab) column(n int) []string {
	b.t.Helper()
	return cells(b.t, run(b, chromedp.OuterHTML("tbody")), n)
}

// From the overview a person comes to the rows behind a number.
func TestOverview(t *testing.T) {
	url := serve(t, shop())
	b := newTab(t)
	b.open(url)
	b.do(chromedp.Click(`//tr[th/a[.="cart"]]/td[3]/a`), chromedp.WaitVisible(`//h1[.="Destinations"]`))
	assert.Equal(t, []string{"cards.example.net"}, b.column(1))
	b.requireQuiet()
}

// A page holds 200 rows of 20 000, and the picture stays readable.
func TestFullLedger(t *testing.T) {
	url := serve(t, many())
	b := newTab(t)
	b.open(url + "/destinations?sort=destination&page=100")
	assert.Equal(t, 200, eval[int](b, `document.querySelectorAll("tbody tr").length`))
	assert.Contains(t, eval[string](b, `document.querySelector("[role=status]").textContent`), "page 100 of 100")
	b.open(url)
	assert.Contains(t, eval[string](b, "document.querySelector('svg').textContent"), "488 other workloads")
	b.keep("overview-full", run(b, chromedp.CaptureScreenshot()))
	b.requireQuiet()
}

// Workloads write most of what the page shows.
func TestHostileNames(t *testing.T) {
	for _, hostile := range []string{
		`"'><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `javascript:alert(1)`, `{{.}}`, `</style><svg/onload=alert(1)>`,
		"\u202egro.elpmaxe", `=cmd|' /C calc'!A0`, strings.Repeat("a", 5000),
	} {
		rows := append(shop(), row(hostile, hostile, func(r *egress.Row) {
			r.Source = egress.Source{Namespace: hostile, Workload: hostile, App: hostile}
			r.Entry, r.Addresses = hostile, []string{hostile}
		}))
		t.Run(hostile[:min(len(hostile), 30)], func(t *testing.T) {
			url := serve(t, rows)
			b := newTab(t)
			b.useScreen(360, 740, "light")
			for _, path := range views {
				b.open(url + path)
				assert.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), 360)
				assert.Zero(t, eval[int](b, `document.querySelectorAll("img, iframe, script:not([src='/static/page.js'])").length`))
			}
			b.requireQuiet()
		})
	}
}
