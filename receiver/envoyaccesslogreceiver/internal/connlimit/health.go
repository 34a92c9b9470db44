// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"sync"
	"time"
)

const (
	// unhealthyAfter is for how long nobody may get in before that is reported.
	unhealthyAfter = 5 * time.Second
	// healthyAfter is how long after the last refusal it is over, if nobody came
	// since.
	healthyAfter = 15 * time.Second
)

// health tells when nobody gets in, and when somebody does again.
type health struct {
	report func(error)

	mu        sync.Mutex
	since     time.Time // of the first refusal after the last success
	unhealthy bool
	timer     *time.Timer
	closed    bool
}

func newHealth(report func(error)) *health {
	if report == nil {
		report = func(error) {}
	}
	return &health{report: report}
}

// refused notes that a newcomer did not get in.
func (h *health) refused(why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	now := time.Now()
	if h.since.IsZero() {
		h.since = now
	}
	if h.timer == nil {
		h.timer = time.AfterFunc(healthyAfter, h.admitted)
	} else {
		h.timer.Reset(healthyAfter)
	}
	if !h.unhealthy && now.Sub(h.since) >= unhealthyAfter {
		h.unhealthy = true
		h.report(why)
	}
}

// admitted notes that a newcomer got in, or could have.
func (h *health) admitted() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.since.IsZero() {
		return
	}
	h.since = time.Time{}
	h.timer.Stop()
	if h.unhealthy {
		h.unhealthy = false
		h.report(nil)
	}
}

func (h *health) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.timer != nil {
		h.timer.Stop()
	}
}
