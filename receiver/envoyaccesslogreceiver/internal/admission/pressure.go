// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"math"
	"time"
)

// press makes room for the waiter that is served next, because somebody has
// waited for too long.
func (c *Controller) press() {
	c.mu.Lock()
	var lost []func()
	if next := c.waiting.First(); next != nil {
		lost = c.makeRoom(next, next.queue[0].bytes, 0)
		if c.revoked == 0 && time.Since(c.moved) >= c.options.Patience {
			c.refuse(next)
		}
	}
	c.mu.Unlock()
	call(lost)
}

// makeRoom revokes until n more bytes fit, or no more than keep bytes are
// unfinished. It returns whom to tell. The room is for the client of the share:
// nobody loses in favour of one that holds more.
func (c *Controller) makeRoom(favoured *share, n, keep int64) (lost []func()) {
	for c.held-c.revoked+n > c.options.MaxBytes && c.unfinished > keep {
		loser := c.losing.First()
		if loser != nil && loser.held < favoured.held {
			loser = favoured
		}
		if loser == nil || loser.revocable.Len() == 0 {
			break
		}
		h := loser.revocable.First()
		loser.revocable.Remove(h)
		loser.unfinished -= h.unfinished
		c.unfinished -= h.unfinished
		h.revoked = true
		c.revoked += h.unfinished + h.finished
		c.rank(loser)
		lost = append(lost, h.revoke)
	}
	return lost
}

// refuse ends the wait of one request, the newest of the waiting client that holds
// most. Waiting requests also hold what they have received. If nobody gives
// anything back, they wait for each other.
func (c *Controller) refuse(next *share) {
	most, held := (*share)(nil), int64(math.MinInt64)
	for _, s := range c.waiting.All() {
		if s != next && s.held > held {
			most, held = s, s.held
		}
	}
	if most == nil {
		most = next
	}
	if most == next && len(next.queue) == 1 {
		return
	}
	w := most.queue[len(most.queue)-1]
	c.moved = time.Now()
	c.dequeue(w)
	w.done <- ErrNoRoom
}

func call(lost []func()) {
	for _, revoke := range lost {
		revoke()
	}
}
