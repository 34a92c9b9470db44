// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Environment variables that name the programs of `make demo`.
const (
	envDemo       = "DEMO_BIN"
	envGateway    = "OTELCOL_ISTIO_BIN"
	envPrometheus = "PROMETHEUS_BIN"
)

var pageAddress = regexp.MustCompile(`The page: (http://\S+)`)

// demo runs `make demo`, which is the built gateway with recorded traffic of real
// proxies, and returns the URL of its page. It must end well.
func demo(t *testing.T) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), required(t, envDemo), "--stay",
		"--gateway", required(t, envGateway), "--prometheus", required(t, envPrometheus))
	command.Dir = "../.."
	var errors bytes.Buffer
	command.Stderr = &errors
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = time.Minute
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	var url string
	for lines := bufio.NewScanner(out); url == "" && lines.Scan(); {
		if found := pageAddress.FindStringSubmatch(lines.Text()); found != nil {
			url = found[1]
		}
	}
	t.Cleanup(func() {
		_, _ = io.Copy(io.Discard, out)
		_ = command.Wait() // an interrupt is no error of its own
		require.Equal(t, 0, command.ProcessState.ExitCode(), errors.String())
	})
	require.NotEmpty(t, url, "demo names no page: %s", &errors)
	return url
}

// TestDemo has people look at the recorded traffic, with each view, filter and order.
func TestDemo(t *testing.T) {
	url := demo(t)
	t.Run("views", func(t *testing.T) { fits(t, url, screens[:1]) })
	t.Run("pictures", func(t *testing.T) { picturesOf(t, url) })
	for _, scripts := range []bool{true, false} {
		name := "without a script"
		if scripts {
			name = "with a script"
		}
		t.Run(name, func(t *testing.T) {
			b := newTab(t)
			b.useScripts(scripts)
			for _, f := range filters {
				b.filter(url, f.field, f.value, f.rows)
			}
			for _, c := range orders {
				b.sort(url, c)
			}
			b.requireQuiet()
		})
	}
}

// filters are those of the form, and how many rows of the recorded traffic each leaves.
// The numbers were counted in what `make run` prints, not by the page.
var filters = []struct {
	field, value string
	rows         int
}{
	{"namespace", "closed", 16},
	{"workload", "sleep", 33},
	{"destination", "httpbin", 8},
	{"port", "2525", 4},
	{"traffic", "tls", 2},
	{"decision", "blocked", 14},
	{"grade", "proven", 4},
	{"new", "1h", 33},
	{"seen", "1h", 33},
	{"q", "api.example", 2},
	{"q", "nothing has this", 0},
}

// filter fills in a field of the form and sends it. With a script a choice from a list
// sends it by itself.
func (b *tab) filter(url, field, value string, rows int) {
	b.t.Helper()
	b.open(url + "/destinations")
	fill := []chromedp.Action[chromedp.Void]{chromedp.SetValue(`form.filters [name="`+field+`"]`, value)}
	if !b.scripts || !slices.Contains(lists, field) {
		fill = append(fill, chromedp.Click("form.filters button"))
	}
	b.follow(fill...)
	assert.Len(b.t, b.column(1), rows, "%s=%s", field, value)
}

// lists are the fields with a list of values.
var lists = []string{"traffic", "decision", "grade", "new", "seen"}

// orders are the headings that sort.
var orders = []string{"Source", "Destination", "Port", "Kind", "Decision", "Count", "Bytes out", "Bytes in", "First seen", "Last seen"}

// sort clicks a heading twice: the second order is that of the first, from its end.
func (b *tab) sort(url, heading string) {
	b.t.Helper()
	b.open(url + "/destinations?sort=count")
	link := `//th/a[.="` + heading + `"]`
	b.follow(chromedp.Click(link))
	at := slices.Index(headings, heading)
	once := b.column(at)
	b.follow(chromedp.Click(link))
	slices.Reverse(once)
	assert.Equal(b.t, once, b.column(at), heading)
	assert.Greater(b.t, len(once), 30)
}

// headings of the table, from the left.
var headings = []string{"Source", "Destination", "Name", "Port", "Kind", "Decision", "Count", "Bytes out", "Bytes in", "First seen", "Last seen"}

// follow does what leads to another page, and waits for it.
func (b *tab) follow(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	before := run(b, chromedp.Location())
	b.do(actions...)
	for {
		// A page that is being left answers with an error.
		if at, err := chromedp.Run(b, chromedp.Location()); err == nil && at != before {
			break
		}
		require.NoError(b.t, b.Err())
		time.Sleep(20 * time.Millisecond)
	}
	b.do(chromedp.WaitVisible("footer"))
}

// useScripts lets pages run scripts, or not.
func (b *tab) useScripts(on bool) {
	b.t.Helper()
	_, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	require.NoError(b.t, err)
	b.scripts = on
}

// documented are the views whose pictures stand in the documentation.
var documented = map[string]string{
	"overview": "/", "destinations": "/destinations?sort=count&order=desc", "suggestions": "/suggestions", "whatif": "/whatif", "holes": "/holes", "about": "/about",
}

// picturesOf takes a picture of each view, as large as a screen.
func picturesOf(t *testing.T, url string) {
	t.Helper()
	b := newTab(t)
	b.useScreen(1280, 800, "light")
	for view, path := range documented {
		b.open(url + path)
		b.keep(view, smaller(t, run(b, chromedp.CaptureScreenshot())))
	}
	b.requireQuiet()
}
