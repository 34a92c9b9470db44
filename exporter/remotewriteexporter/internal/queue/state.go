// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"context"
	"time"
)

// Stats is the state of the queue.
type Stats struct {
	Flushes int
	// Bytes of the requests that are not sent.
	Bytes int64
	// Samples of these requests; a native histogram is one.
	Samples int64
	// Oldest is when the oldest flush came; zero if there is none.
	Oldest time.Time
}

// Stats returns the state of the queue.
func (q *Queue) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := Stats{Flushes: len(q.items), Bytes: q.bytes, Samples: q.samples}
	if len(q.items) > 0 {
		s.Oldest = q.items[0].Queued
	}
	return s
}

// Close tries once more to store what is in memory, closes the client and
// returns what is left: stored for the next start, or lost.
func (q *Queue) Close(ctx context.Context) (saved, lost []*Item, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sending = false
	for _, it := range q.items {
		if !it.Saved() && q.client != nil {
			q.persist(ctx, it)
		}
		if it.Saved() {
			saved = append(saved, it)
		} else {
			lost = append(lost, it)
		}
	}
	if q.client != nil {
		err = q.client.Close(ctx)
	}
	return saved, lost, err
}
