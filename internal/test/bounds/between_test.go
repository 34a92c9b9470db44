// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
)

// between makes what stands between a processor and the connectors.
type between func(next consumer.Logs) middle

type middle interface {
	consumer.Logs
	component.Component
}

// directly is nothing.
type directly struct {
	component.StartFunc
	component.ShutdownFunc
	consumer.Logs
}

// slowly stands between two components and hands requests on late, in the
// calls in which they came.
type slowly struct {
	component.StartFunc
	component.ShutdownFunc
	next  consumer.Logs
	delay time.Duration

	mu  sync.Mutex
	rng *rand.Rand
}

// Capabilities implements consumer.Logs.
func (*slowly) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// ConsumeLogs implements consumer.Logs.
func (s *slowly) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	time.Sleep(s.pause())
	return s.next.ConsumeLogs(ctx, ld)
}

func (s *slowly) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Duration(s.rng.Int64N(int64(s.delay)))
}

// batching stands between two components as a batch processor does: it answers
// at once, and hands all on together later, in a call of its own.
type batching struct {
	next    consumer.Logs
	every   time.Duration
	waiting chan plog.Logs
	done    chan error
}

func newBatching(next consumer.Logs, every time.Duration) *batching {
	return &batching{next: next, every: every, waiting: make(chan plog.Logs), done: make(chan error, 1)}
}

// Capabilities implements consumer.Logs.
func (*batching) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// Start implements component.Component.
func (b *batching) Start(context.Context, component.Host) error {
	go func() { b.done <- b.run() }()
	return nil
}

// Shutdown implements component.Component.
func (b *batching) Shutdown(context.Context) error {
	close(b.waiting)
	return <-b.done
}

// ConsumeLogs implements consumer.Logs.
func (b *batching) ConsumeLogs(_ context.Context, ld plog.Logs) error {
	b.waiting <- ld
	return nil
}

func (b *batching) run() error {
	ticker := time.NewTicker(b.every)
	defer ticker.Stop()
	batch := plog.NewLogs()
	send := func() error {
		all := batch
		batch = plog.NewLogs()
		return b.next.ConsumeLogs(context.Background(), all)
	}
	for {
		select {
		case ld, ok := <-b.waiting:
			if !ok {
				return send()
			}
			ld.ResourceLogs().MoveAndAppendTo(batch.ResourceLogs())
		case <-ticker.C:
			if err := send(); err != nil {
				return err
			}
		}
	}
}

// queueing stands between two components as a sending queue with several consumers
// does: it answers at once, and hands requests on one by one, late, and in no order.
type queueing struct {
	next    consumer.Logs
	delay   time.Duration
	waiting chan plog.Logs
	done    sync.WaitGroup

	mu  sync.Mutex
	rng *rand.Rand
}

const consumers = 5

func newQueueing(next consumer.Logs, delay time.Duration, rng *rand.Rand) *queueing {
	return &queueing{next: next, delay: delay, rng: rng, waiting: make(chan plog.Logs, 1000)}
}

// Capabilities implements consumer.Logs.
func (*queueing) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// Start implements component.Component.
func (q *queueing) Start(context.Context, component.Host) error {
	for range consumers {
		q.done.Go(func() {
			for ld := range q.waiting {
				time.Sleep(q.pause())
				_ = q.next.ConsumeLogs(context.Background(), ld) // it never fails
			}
		})
	}
	return nil
}

// Shutdown implements component.Component.
func (q *queueing) Shutdown(context.Context) error {
	close(q.waiting)
	q.done.Wait()
	return nil
}

// ConsumeLogs implements consumer.Logs.
func (q *queueing) ConsumeLogs(_ context.Context, ld plog.Logs) error {
	q.waiting <- ld
	return nil
}

func (q *queueing) pause() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	return time.Duration(q.rng.Int64N(int64(q.delay)))
}

// refusing stands between two components as a memory limiter does: it refuses some
// requests.
type refusing struct {
	component.StartFunc
	component.ShutdownFunc
	next    consumer.Logs
	refuses float64

	mu  sync.Mutex
	rng *rand.Rand
}

// Capabilities implements consumer.Logs.
func (*refusing) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// ConsumeLogs implements consumer.Logs.
func (r *refusing) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	if r.decide() {
		return errRefused
	}
	return r.next.ConsumeLogs(ctx, ld)
}

func (r *refusing) decide() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rng.Float64() < r.refuses
}
