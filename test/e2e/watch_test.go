// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
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

const wholeTest = time.Hour

// lives adds a metric up over all lives of its series.
func (g *gateway) lives(t *testing.T, metric string) promclient.Lives {
	t.Helper()
	// The counters are asked first: a flush in between is then one that they have not, not one that all others miss.
	counters := g.samples(t, metric)
	// The build info is in each flush, whatever else is.
	l := promclient.AddLives(g.samples(t, buildInfo), counters)
	assert.Empty(t, l.Fell)
	return l
}

func (g *gateway) samples(t *testing.T, selector string) []promclient.Range {
	t.Helper()
	ranges, err := g.prometheus.Samples(t.Context(), selector, wholeTest)
	require.NoError(t, err)
	return ranges
}
