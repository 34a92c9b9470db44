// SPDX-License-Identifier: Apache-2.0

package flush

import (
	"context"
	"sync"
	"time"
)

// Loop calls a function at an interval until it is closed. Its zero value has
// not started, and may be closed all the same.
type Loop struct {
	mu     sync.Mutex
	closed bool
	cancel context.CancelFunc
	done   chan struct{}
}

// Start begins to call tick, one call after the other, with a context that
// ends when the loop is closed. It does nothing to a loop that was closed or
// has started.
func (l *Loop) Start(interval time.Duration, tick func(context.Context)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.done != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel, l.done = cancel, make(chan struct{})
	go run(ctx, interval, tick, l.done)
}

func run(ctx context.Context, interval time.Duration, tick func(context.Context), done chan<- struct{}) {
	defer close(done)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if ctx.Err() != nil { // both were ready
				return
			}
			tick(ctx)
		}
	}
}

// Close tells the loop to end and whether this was the first call.
func (l *Loop) Close() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.closed = true
	if l.cancel != nil {
		l.cancel()
	}
	return true
}

// Wait returns once the loop that was closed has ended, or with the context's error.
func (l *Loop) Wait(ctx context.Context) error {
	if l.done == nil {
		return nil
	}
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
