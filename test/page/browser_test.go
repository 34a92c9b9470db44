// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Environment variables that name what the tests need. They fail without.
const (
	envChromium = "CHROMIUM_BIN"
	envAxe      = "AXE_JS"
	// envScreenshots names a folder for pictures of each view; none are kept without.
	envScreenshots = "SCREENSHOTS"
)

// browserTimeout bounds all that one test does in the browser.
const browserTimeout = 5 * time.Minute

// required is the value of an environment variable.
func required(t *testing.T, name string) string {
	t.Helper()
	v := os.Getenv(name)
	require.NotEmpty(t, v, "%s is not set: run the test by `make test-page`", name)
	return v
}

// tab is a tab of a browser. It notes what the page must not do.
type tab struct {
	context.Context
	t *testing.T
	// scripts says that pages run them.
	scripts bool

	mu       sync.Mutex
	problems []string
}

// newTab opens a browser for one test.
func newTab(t *testing.T) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(required(t, envChromium)), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true))
	ctx, cancel := context.WithTimeout(t.Context(), browserTimeout)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{Context: ctx, t: t, scripts: true}
	require.NoError(t, chromedp.Listen(ctx, b.listen))
	_, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{})
	require.NoError(t, err)
	return b
}

// listen notes dialogs, errors of scripts, and what the content security policy refused.
func (b *tab) listen(event any) {
	var problem string
	switch e := event.(type) {
	case *page.EventJavascriptDialogOpening:
		problem = "dialog: " + e.Message
	case *runtime.EventExceptionThrown:
		problem = "exception: " + e.ExceptionDetails.Text
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError && !strings.Contains(e.Entry.URL, "favicon.ico") {
			problem = "error: " + e.Entry.Text
		}
	}
	if problem != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.problems = append(b.problems, problem)
	}
}

// do runs actions.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b, actions...))
}

// run runs an action that has a value.
func run[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	value, err := chromedp.Run(b, action)
	require.NoError(b.t, err)
	return value
}

// open loads a page and waits for its content.
func (b *tab) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url), chromedp.WaitVisible("main h1"))
}

// eval is the value of an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	return run(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// requireQuiet fails if the page did what it must not do.
func (b *tab) requireQuiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(b.t, b.problems)
}

// keep writes a picture of the page, if somebody wants it.
func (b *tab) keep(name string, picture []byte) {
	b.t.Helper()
	require.NotEmpty(b.t, picture)
	if folder := os.Getenv(envScreenshots); folder != "" {
		require.NoError(b.t, os.WriteFile(folder+"/"+name+".png", picture, 0o644))
	}
}

// smaller writes a picture with 256 colors, which is enough for text and lines.
func smaller(t *testing.T, picture []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	few := image.NewPaletted(full.Bounds(), commonest(full, 256))
	draw.Draw(few, few.Bounds(), full, full.Bounds().Min, draw.Src)
	var out bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few))
	return out.Bytes()
}

// commonest are the colors that most pixels have.
func commonest(picture image.Image, most int) (colors color.Palette) {
	count := map[color.RGBA]int{}
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int { return cmp.Compare(count[b], count[a]) })
	for _, c := range all[:min(len(all), most)] {
		colors = append(colors, c)
	}
	return colors
}
