// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
)

// maxUnsaved bounds the flushes that stay in memory because the storage client
// failed: the disk was to hold them.
const maxUnsaved = 4

// Queue holds flushes. Put may be called by many, Next, Load, Sent and Done are
// for one sender, of which Load and Sent may be called in parallel.
type Queue struct {
	limits   Limits
	observer Observer
	client   storage.Client // nil: in memory

	mu    sync.Mutex
	items []*Item
	// sending says that items[0] is being sent.
	sending bool
	next    uint64
	// bytes and samples are those of the requests that are not sent.
	bytes, samples int64
	// garbage is stored and wanted no more. It is deleted with the next write.
	garbage []*storage.Operation

	wake chan struct{}
}

// Open makes a queue. A nil client keeps all in memory; otherwise the queue
// begins with what the client holds, and owns the client from then on, even if
// it returns an error. SetAside is the version of a queue that was found and
// left alone because this code cannot read it; it is empty as a rule.
func Open(ctx context.Context, client storage.Client, limits Limits, observer Observer) (q *Queue, setAside string, err error) {
	q = &Queue{limits: limits, observer: observer, client: client, wake: make(chan struct{}, 1)}
	if client == nil {
		return q, "", nil
	}
	setAside, err = q.load(ctx)
	if err != nil {
		_ = client.Close(ctx) // the first error says more
		return nil, "", err
	}
	return q, setAside, nil
}

// Put adds a flush. It always finds room: older flushes go if need be. A flush
// that cannot be stored is kept in memory.
func (q *Queue) Put(ctx context.Context, f protocol.Flush) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it := newItem(q.next, time.Now(), f)
	if it.Requests() == 0 {
		return
	}
	q.next++
	q.add(it)
	q.observer.Queued(int(it.samples))
	q.shrink()
	if q.client != nil {
		q.save(ctx, it)
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *Queue) add(it *Item) {
	q.items = append(q.items, it)
	q.bytes += it.bytes
	q.samples += it.samples
}

// shrink drops the oldest flushes while there is more than the limits allow.
func (q *Queue) shrink() {
	for len(q.items) > q.limits.Flushes || q.bytes > q.limits.Bytes {
		if !q.dropOldest(CauseFull, func(*Item) bool { return true }) {
			return
		}
	}
}

// dropOldest drops the oldest flush that which picks and that is neither being
// sent nor the newest.
func (q *Queue) dropOldest(why Cause, which func(*Item) bool) bool {
	for i, it := range q.items {
		if i == 0 && q.sending || i == len(q.items)-1 || !which(it) {
			continue
		}
		q.observer.Dropped(it, why)
		q.remove(i)
		return true
	}
	return false
}

func (q *Queue) remove(i int) {
	it := q.items[i]
	q.items = append(q.items[:i:i], q.items[i+1:]...)
	q.bytes -= it.bytes
	q.samples -= it.samples
	if it.Saved() {
		q.garbage = append(q.garbage, deletions(it)...)
	}
}
