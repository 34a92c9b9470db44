// SPDX-License-Identifier: Apache-2.0

// Package throttle keeps what happens all the time from filling the log.
package throttle // import "github.com/otelcol-istio/otelcol-istio/internal/throttle"

import (
	"sync"
	"time"
)

// Interval is the least time between two lines of log about one thing.
const Interval = time.Minute

// Throttle says when there is something to log. Its zero value is ready. It is safe
// for concurrent use.
type Throttle struct {
	mu    sync.Mutex
	last  time.Time // zero before the first line
	since int64
}

// Due counts n events as of now. It is true if they are to be logged: the first ones
// are, and later ones once in an Interval. events is then how many there were since
// it was true last, these included. Times of one clock that never steps back, such as
// time.Now's, are expected.
func (t *Throttle) Due(n int64, now time.Time) (events int64, due bool) {
	if n <= 0 {
		return 0, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since += n
	if !t.last.IsZero() && now.Sub(t.last) < Interval {
		return 0, false
	}
	events, t.since, t.last = t.since, 0, now
	return events, true
}
