// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
)

// extraRequests may be sent for each flush beyond twice its requests, to find
// what the server refuses.
const extraRequests = 64

// Loop sends what is in the queue until it is stopped.
type Loop struct {
	queue    *queue.Queue
	sender   Sender
	opts     Options
	observer Observer

	pause   gate
	failing failures

	stopping chan struct{}
	stopOnce sync.Once
	cancel   context.CancelFunc
	done     chan struct{}
}

// Start begins to send. Stop has to be called.
func Start(q *queue.Queue, sender Sender, opts Options, observer Observer) *Loop {
	ctx, cancel := context.WithCancel(context.Background())
	l := &Loop{
		queue: q, sender: sender, opts: opts, observer: observer,
		stopping: make(chan struct{}), cancel: cancel, done: make(chan struct{}),
	}
	go l.run(ctx)
	return l
}

// Stop sends what is queued while the server answers. What is stored waits for
// the next start once an attempt fails; what is in memory is tried until ctx
// ends, which ends all attempts.
func (l *Loop) Stop(ctx context.Context) {
	l.stopOnce.Do(func() { close(l.stopping) })
	select {
	case <-l.done:
	case <-ctx.Done():
	}
	l.cancel()
	<-l.done
}

func (l *Loop) run(ctx context.Context) {
	defer close(l.done)
	for ctx.Err() == nil {
		it := l.queue.Next(l.stopping)
		if it == nil {
			return
		}
		if !l.flush(ctx, it) {
			l.queue.Left()
			return
		}
		l.queue.Done(context.WithoutCancel(ctx))
	}
}

// flush sends one flush. It returns false if something of it stays in the
// queue.
func (l *Loop) flush(ctx context.Context, it *queue.Item) bool {
	f := &flush{Loop: l, item: it, began: time.Now()}
	f.extra.Store(int64(it.Requests() + extraRequests))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(l.opts.Consumers, len(it.Shards)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(it.Shards); i = int(next.Add(1)) - 1 {
				f.shard(ctx, i)
			}
		})
	}
	workers.Wait()
	return !f.left.Load()
}

// RetryAge is how long the request has failed that has failed longest, 0 if none
// does.
func (l *Loop) RetryAge() time.Duration { return l.failing.age() }

func (l *Loop) isStopping() bool {
	select {
	case <-l.stopping:
		return true
	default:
		return false
	}
}
