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

// Limits bound the queue. The newest flush and the one that is being sent are
// kept even if they alone are more.
type Limits struct {
	// Flushes in the queue.
	Flushes int
	// Bytes of all requests, as they are sent.
	Bytes int64
}

// Observer is told what happened to the queue. Its methods are called with the
// queue locked: they must not call it.
type Observer interface {
	// Dropped: there was no room for a flush that was not sent yet.
	Dropped(it *Item, why Cause)
	// StorageFailed: the storage client returned err. The operation is
	// OperationRead or OperationWrite.
	StorageFailed(operation string, err error)
}

// Operations on the storage client.
const (
	OperationRead  = "read"
	OperationWrite = "write"
)

// Cause says why a flush was dropped.
type Cause string

// Causes.
const (
	// CauseFull: the queue was full, and this was the oldest flush.
	CauseFull Cause = "queue_full"
	// CauseStorage: the storage client failed or held damaged bytes.
	CauseStorage Cause = "storage"
)

// Queue holds flushes. Put may be called by many, Next, Load, Sent and Done are
// for one sender, of which Load and Sent may be called in parallel.
type Queue struct {
	limits   Limits
	observer Observer
	store    *store // nil: in memory

	mu    sync.Mutex
	items []*Item
	// sending says that items[0] is being sent.
	sending bool
	next    uint64
	bytes   int64
	// garbage is stored and wanted no more. It is deleted with the next write.
	garbage []*storage.Operation

	wake chan struct{}
}

// Open makes a queue. A nil client keeps all in memory; otherwise the queue
// begins with what the client holds, and owns the client from then on, even if
// it returns an error. SetAside is the version of a queue that was found and
// left alone because this code cannot read it; it is empty as a rule.
func Open(ctx context.Context, client storage.Client, limits Limits, observer Observer) (q *Queue, setAside string, err error) {
	q = &Queue{limits: limits, observer: observer, wake: make(chan struct{}, 1)}
	if client == nil {
		return q, "", nil
	}
	q.store = &store{client}
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
	q.items = append(q.items, it)
	q.bytes += it.bytes
	for q.over() && q.dropOldest(CauseFull, func(*Item) bool { return true }) {
	}
	if q.store != nil {
		q.save(ctx, it)
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *Queue) over() bool {
	return len(q.items) > q.limits.Flushes || q.bytes > q.limits.Bytes
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
	if it.Saved() {
		q.garbage = append(q.garbage, deletions(it)...)
	}
}

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
	body, err := q.store.client.Get(ctx, keyBody(it.id, shard, request))
	if err == nil && body == nil {
		err = errMissing
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
	it.sent[shard][request] = true
	size := int64(it.Shards[shard][request].Size)
	it.bytes -= size
	q.bytes -= size
	if !it.Saved() {
		it.bodies[shard][request] = nil
		return
	}
	q.write(ctx, storage.DeleteOperation(keyBody(it.id, shard, request)))
}

// Done removes the flush that was being sent.
func (q *Queue) Done(ctx context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sending = false
	q.remove(0)
	if q.store != nil {
		q.write(ctx)
	}
}

// Left says that the flush that was being sent stays in the queue.
func (q *Queue) Left() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sending = false
}

// Stats is the state of the queue.
type Stats struct {
	Flushes int
	// Bytes of the requests that are not sent.
	Bytes int64
	// Oldest is when the oldest flush came; zero if there is none.
	Oldest time.Time
}

// Stats returns the state of the queue.
func (q *Queue) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := Stats{Flushes: len(q.items), Bytes: q.bytes}
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
		if !it.Saved() && q.store != nil {
			q.persist(ctx, it)
		}
		if it.Saved() {
			saved = append(saved, it)
		} else {
			lost = append(lost, it)
		}
	}
	if q.store != nil {
		err = q.store.client.Close(ctx)
	}
	return saved, lost, err
}
