// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"context"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// Next waits for a flush and returns the oldest, which is then being sent until
// Done. Once stop is closed it returns nil instead of waiting.
func (q *Queue) Next(stop <-chan struct{}) *Item {
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			q.sending = true
			it := q.items[0]
			q.mu.Unlock()
			return it
		}
		q.mu.Unlock()
		select {
		case <-q.wake:
		case <-stop:
			// A flush may have come together with the stop.
			select {
			case <-q.wake:
			default:
				return nil
			}
		}
	}
}

// Load returns the body of a request of the flush that is being sent, nil if
// it need not be sent again.
func (q *Queue) Load(ctx context.Context, it *Item, shard, request int) ([]byte, error) {
	q.mu.Lock()
	sent, bodies := it.sent[shard][request], it.bodies
	q.mu.Unlock()
	if sent {
		return nil, nil
	}
	if bodies != nil {
		return bodies[shard][request], nil
	}
	body, err := q.client.Get(ctx, keyBody(it.id, shard, request))
	if err == nil && body == nil {
		err = ErrMissing
	}
	return body, err
}

// Sent marks a request of the flush that is being sent: it is not sent again,
// even after a restart.
func (q *Queue) Sent(ctx context.Context, it *Item, shard, request int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if it.sent[shard][request] {
		return
	}
	q.mark(it, shard, request)
	if !it.Saved() {
		it.bodies[shard][request] = nil
		return
	}
	q.garbage = append(q.garbage, storage.DeleteOperation(keyBody(it.id, shard, request)))
	q.write(ctx)
}

// mark says that a request need not be sent again.
func (q *Queue) mark(it *Item, shard, request int) {
	it.sent[shard][request] = true
	info := it.Shards[shard][request]
	it.bytes -= int64(info.Size)
	q.bytes -= int64(info.Size)
	it.samples -= int64(info.Values())
	q.samples -= int64(info.Values())
}

// Done removes the flush that was being sent.
func (q *Queue) Done(ctx context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sending = false
	q.remove(0)
	if q.client != nil {
		q.write(ctx)
	}
}

// Left says that the flush that was being sent stays in the queue.
func (q *Queue) Left() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sending = false
}
