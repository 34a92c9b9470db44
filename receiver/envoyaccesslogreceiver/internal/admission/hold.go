// SPDX-License-Identifier: Apache-2.0

package admission

import "time"

// Hold is what one request or connection holds. Its methods may be used by
// several goroutines, and after Release they do nothing.
type Hold struct {
	c     *Controller
	share *share
	order uint64

	// unfinished bytes may be revoked, finished ones may not.
	unfinished, finished int64
	revoke               func()
	arrived              bool
	revoked              bool
	released             bool
	inRevocable          int
}

// Grow adds n bytes that have already arrived. It never waits, so the bytes of
// all holds may exceed Options.MaxBytes: by an eighth of it, and beyond that for
// as long as it takes those who hold most to release theirs. This hold may be
// the one that is revoked.
func (h *Hold) Grow(n int64) {
	h.update(func() {
		if h.arrived {
			h.finished += n
		} else {
			h.unfinished += n
		}
	})
}

// Set says what the hold now has, for those who count bytes themselves:
// unfinished ones belong to requests that are not complete, finished ones to
// requests that are. Like Grow it never waits.
func (h *Hold) Set(unfinished, finished int64) {
	h.update(func() { h.unfinished, h.finished = unfinished, finished })
}

// Arrived says that the request is complete. It ends by itself now, and can no
// longer be revoked.
func (h *Hold) Arrived() {
	h.update(func() {
		h.arrived = true
		h.finished += h.unfinished
		h.unfinished = 0
	})
}

// Release gives back everything. Only the first call counts.
func (h *Hold) Release() {
	h.update(func() {
		h.unfinished, h.finished = 0, 0
		h.released = true
	})
}

// Revoked tells whether the hold was told to end.
func (h *Hold) Revoked() bool {
	h.c.mu.Lock()
	defer h.c.mu.Unlock()
	return h.revoked
}

// update changes the hold by change, and what follows from that.
func (h *Hold) update(change func()) {
	c := h.c
	c.mu.Lock()
	if h.released {
		c.mu.Unlock()
		return
	}
	unfinished, total := h.unfinished, h.unfinished+h.finished
	change()
	more := h.unfinished + h.finished - total
	c.account(h, more, h.unfinished-unfinished)
	if h.released {
		c.leave(h.share)
	}
	var lost []func()
	if more > 0 {
		lost = c.makeRoom(h.share, 0, c.options.MaxBytes/arrivingShare)
	} else if more < 0 {
		if c.waiters > 0 {
			c.moved = time.Now()
		}
		c.serve()
	}
	c.mu.Unlock()
	call(lost)
}

// account adds to the sums what a hold has more than before.
func (c *Controller) account(h *Hold, more, unfinished int64) {
	s := h.share
	c.held += more
	s.held += more
	if h.revoked {
		c.revoked += more
	} else {
		s.unfinished += unfinished
		c.unfinished += unfinished
		if h.unfinished > 0 && h.revoke != nil {
			s.revocable.Put(h)
		} else {
			s.revocable.Remove(h)
		}
	}
	c.rank(s)
}
