package e2e

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// watch evaluates expressions while a test goes on, and again for each moment of
// it in the end.
type watch struct {
	g      *gateway
	bounds map[string]float64
	every  time.Duration
	began  time.Time
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu   sync.Mutex
	most map[string]float64
	err  error
}

func (g *gateway) watch(t *testing.T, every time.Duration, bounds map[string]float64) *watch {
	t.Helper()
	w := &watch{g: g, bounds: bounds, every: every, began: time.Now(), most: map[string]float64{}}
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(t.Context())
	w.done.Go(func() {
		for ctx.Err() == nil {
			w.evaluate(context.WithoutCancel(ctx), time.Now())
			time.Sleep(w.every)
		}
	})
	return w
}

func (w *watch) evaluate(ctx context.Context, at time.Time) {
	for expression := range w.bounds {
		v, err := w.g.prometheus.QueryAt(ctx, expression, at)
		w.mu.Lock()
		if w.err == nil {
			w.err = err
		}
		w.most[expression] = max(w.most[expression], v.Sum())
		w.mu.Unlock()
	}
}

// stop checks that no evaluation was over its bound, and some were not empty.
func (w *watch) stop(t *testing.T) (most map[string]float64) {
	t.Helper()
	w.cancel()
	w.done.Wait()
	for at := w.began; at.Before(time.Now()); at = at.Add(w.every) {
		w.evaluate(t.Context(), at)
	}
	require.NoError(t, w.err)
	for expression, bound := range w.bounds {
		assert.LessOrEqual(t, w.most[expression], bound, expression)
		assert.Positive(t, w.most[expression], expression)
	}
	return w.most
}

// lives are what the samples of a metric come to, over all lives of each series.
type lives struct {
	total         float64
	series, lives int
}

// String is for a log.
func (l lives) String() string {
	return fmt.Sprintf("%.0f in %d lives of %d series", l.total, l.lives, l.series)
}

const wholeTest = time.Hour

// lives tells them apart by what they leave out: a series that goes on has a
// sample of every flush.
func (g *gateway) lives(t *testing.T, metric string) (l lives) {
	t.Helper()
	flushes := map[time.Time]int{}
	for _, r := range g.samples(t, `{__name__=~"istio_.+"}`) {
		for _, p := range r.Samples {
			flushes[p.Time] = 0
		}
	}
	var times []time.Time
	for at := range flushes {
		times = append(times, at)
	}
	slices.SortFunc(times, time.Time.Compare)
	for i, at := range times {
		flushes[at] = i
	}
	for _, r := range g.samples(t, metric) {
		l.series++
		for i, p := range r.Samples {
			if i+1 == len(r.Samples) || flushes[r.Samples[i+1].Time] != flushes[p.Time]+1 {
				l.lives++
				l.total += p.Value
			} else {
				assert.LessOrEqual(t, p.Value, r.Samples[i+1].Value, "%v falls", r.Labels)
			}
		}
	}
	return l
}

func (g *gateway) samples(t *testing.T, selector string) []promclient.Range {
	t.Helper()
	ranges, err := g.prometheus.Samples(t.Context(), selector, wholeTest)
	require.NoError(t, err)
	return ranges
}

// lastSample is when the last sample of some series was written, stale markers
// aside.
func (g *gateway) lastSample(t *testing.T, selector string) (last time.Time) {
	t.Helper()
	for _, r := range g.samples(t, selector) {
		if at := r.Samples[len(r.Samples)-1].Time; at.After(last) {
			last = at
		}
	}
	return last
}
