// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"errors"
	"slices"
	"time"
)

var (
	// ErrTooLarge means that a request asks for more than all requests may hold.
	// Waiting does not help.
	ErrTooLarge = errors.New("larger than what all requests may hold")
	// ErrNoRoom means that others held too much for as long as the request waited.
	// A later try may succeed.
	ErrNoRoom = errors.New("no room in time")
)

// waiter is a request that waits for room.
type waiter struct {
	hold  *Hold
	bytes int64
	order uint64
	// done gets nil when the hold is given, or why it never will be.
	done chan error
}

// Acquire gives n bytes to a request of client. It waits for room for at most
// Options.Wait. The error is ErrTooLarge, ErrNoRoom, or that of ctx.
//
// With a revoke function the bytes are unfinished until Hold.Arrived. revoke is
// called at most once, without any lock, if others need the room. It must soon
// lead to Hold.Release and must not block. Without a revoke function the hold is
// never revoked. With n = 0 it never waits.
func (c *Controller) Acquire(ctx context.Context, client Client, n int64, revoke func()) (*Hold, error) {
	if n > c.options.MaxBytes {
		return nil, ErrTooLarge
	}
	c.mu.Lock()
	c.arrived++
	h := &Hold{c: c, share: c.refer(client), order: c.arrived, revoke: revoke, arrived: revoke == nil}
	if n == 0 || c.waiters == 0 && c.held+n <= c.options.MaxBytes {
		c.give(h, n)
		c.mu.Unlock()
		return h, nil
	}
	w := &waiter{hold: h, bytes: n, order: c.arrived, done: make(chan error, 1)}
	h.share.queue = append(h.share.queue, w)
	if c.waiters++; c.waiters == 1 {
		c.moved = time.Now()
	}
	c.rank(h.share)
	c.serve()
	c.mu.Unlock()
	return c.wait(ctx, w)
}

// wait returns when the request has its hold, or will not get it.
func (c *Controller) wait(ctx context.Context, w *waiter) (*Hold, error) {
	deadline := time.Now().Add(c.options.Wait)
	timer := time.NewTimer(min(c.options.Patience, c.options.Wait))
	defer timer.Stop()
	for {
		select {
		case err := <-w.done:
			if err != nil {
				return nil, err
			}
			return w.hold, nil
		case <-ctx.Done():
			return c.giveUp(w, ctx.Err())
		case <-timer.C:
		}
		left := time.Until(deadline)
		if left <= 0 {
			return c.giveUp(w, ErrNoRoom)
		}
		c.press()
		timer.Reset(min(c.options.Patience, left))
	}
}

// giveUp takes a waiter out of its queue, unless it has just been served.
func (c *Controller) giveUp(w *waiter, why error) (*Hold, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case err := <-w.done:
		if err != nil {
			return nil, err
		}
		return w.hold, nil
	default:
	}
	c.dequeue(w)
	c.serve()
	return nil, why
}

// dequeue takes a waiter out of its queue for good.
func (c *Controller) dequeue(w *waiter) {
	s := w.hold.share
	s.queue = slices.DeleteFunc(s.queue, func(other *waiter) bool { return other == w })
	c.waiters--
	c.rank(s)
	c.leave(s)
}

// give lets a hold have n bytes.
func (c *Controller) give(h *Hold, n int64) {
	if h.arrived {
		h.finished = n
		c.account(h, n, 0)
	} else {
		h.unfinished = n
		c.account(h, n, n)
	}
}

// serve lets waiters have what fits, in their order.
func (c *Controller) serve() {
	for c.waiting.Len() > 0 {
		s := c.waiting.First()
		w := s.queue[0]
		if c.held+w.bytes > c.options.MaxBytes {
			return
		}
		s.queue[0] = nil
		s.queue = s.queue[1:]
		c.waiters--
		c.give(w.hold, w.bytes)
		w.done <- nil
	}
}
