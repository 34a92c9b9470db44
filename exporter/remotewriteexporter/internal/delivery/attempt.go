// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"go.opentelemetry.io/collector/config/configretry"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
)

// attempt sends a request until the server says something final, or
// retry_on_failure gives up: the verdict is then Wait. failed says that it was not
// the first attempt. It returns false if the request stays in the queue because of a
// stop.
func (f *flush) attempt(ctx context.Context, r protocol.Request) (a send.Answer, failed, ok bool) {
	retry := backoff{BackOffConfig: f.opts.Retry}
	var failing failure
	defer func() { f.failing.end(failing) }()
	for {
		stopping := f.isStopping()
		if !stopping && !f.pause.wait(ctx, f.stopping) {
			stopping = f.isStopping()
		}
		if ctx.Err() != nil {
			return a, failed, false
		}
		a = f.sender.Send(ctx, r.Body, f.item.Version)
		if ctx.Err() != nil && a.Verdict == send.Wait {
			return a, failed, false
		}
		if a.Reason == send.ReasonNativeHistograms && r.Histograms == 0 {
			a.Verdict = send.Wait // that cannot be why
		}
		f.observer.Attempted(&a, len(r.Body))
		if a.Verdict != send.Wait {
			return a, failed, true
		}
		if f.item.Saved() && f.isStopping() {
			return a, failed, false
		}
		if !f.opts.Retry.Enabled || f.opts.Retry.MaxElapsedTime > 0 && time.Since(f.began) >= f.opts.Retry.MaxElapsedTime {
			return a, failed, true
		}
		failed = true
		pause := retry.next()
		if a.RetryAfter > 0 && !stopping {
			pause = a.RetryAfter
			f.pause.close(pause)
		}
		failing = f.failing.begin(failing)
		f.observer.Waiting(&a, pause, failing.since)
		if stopping {
			// The stop has woken all already: wait for the pause alone.
			sleep(ctx, pause, nil)
		} else if !sleep(ctx, pause, f.stopping) {
			retry = backoff{BackOffConfig: f.opts.Retry}
		}
	}
}

// sleep returns false if ctx or stop ended it.
func sleep(ctx context.Context, d time.Duration, stop <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-stop:
	}
	return false
}

// backoff makes pauses that grow.
type backoff struct {
	configretry.BackOffConfig
	interval time.Duration
}

func (b *backoff) next() time.Duration {
	if b.interval == 0 {
		b.interval = b.InitialInterval
	} else {
		b.interval = time.Duration(float64(b.interval) * max(b.Multiplier, 1))
	}
	if b.MaxInterval > 0 {
		b.interval = min(b.interval, b.MaxInterval)
	}
	// Several gateways must not come back to a server all at once.
	spread := b.RandomizationFactor * (2*rand.Float64() - 1)
	return max(time.Duration(float64(b.interval)*(1+spread)), minPause)
}

// minPause keeps a configuration without pauses from being a busy loop.
const minPause = 10 * time.Millisecond

// gate holds all shards back while the server asks to wait.
type gate struct {
	mu   sync.Mutex
	open time.Time
}

func (g *gate) close(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at := time.Now().Add(d); at.After(g.open) {
		g.open = at
	}
}

func (g *gate) wait(ctx context.Context, stop <-chan struct{}) bool {
	g.mu.Lock()
	d := time.Until(g.open)
	g.mu.Unlock()
	return d <= 0 || sleep(ctx, d, stop)
}
