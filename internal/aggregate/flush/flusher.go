// SPDX-License-Identifier: Apache-2.0

// Package flush collects the points of an aggregate at an interval, and sends them on.
package flush // import "github.com/otelcol-istio/otelcol-istio/internal/aggregate/flush"

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/render"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
	"github.com/otelcol-istio/otelcol-istio/internal/throttle"
)

const (
	// GroupsPerLock bounds how long a flush keeps requests waiting: the time to
	// copy the numbers of so many addresses or sets of labels.
	GroupsPerLock = 128
	// PointsPerRequest bounds the memory that a flush takes: beyond so many
	// points it sends what it has and goes on. Each series stands in one
	// request of a flush.
	PointsPerRequest = 8192
)

// Options of a Flusher.
type Options struct {
	// Lock is held while the state is looked at.
	Lock     *sync.Mutex
	State    *aggregate.State
	Renderer render.Renderer
	// Prepare is called before the state is looked at, if it is not nil. The lock is held.
	Prepare func()
	// BuildInfo adds a gauge that tells that there is a gateway. Then a flush sends
	// something even if nothing was counted.
	BuildInfo bool
	// Next is nil if nothing is sent.
	Next      consumer.Metrics
	Telemetry Telemetry
	Logger    *zap.Logger
	// Interval is the time between two flushes.
	Interval time.Duration
	// ShutdownTimeout is how long Stop tries to send the last flush.
	ShutdownTimeout time.Duration
	// Began is when the clock of idle series started, and counting.
	Began time.Time
}

// Telemetry is told what became of flushes.
type Telemetry interface {
	// Flushed is called after each flush. It failed if a part was refused.
	Flushed(ctx context.Context, failed bool)
	// Ended is called after each flush with the statistics before and after it.
	Ended(ctx context.Context, before, after *aggregate.Stats)
	// Lost is called with the number of records whose counts went nowhere.
	Lost(ctx context.Context, records int64)
}

// Flusher sends all points on. Only one flush runs at a time: whoever calls
// Flush beside Start and Stop sees to that.
type Flusher struct {
	Options
	// Keeper saves the state, nil if nobody does.
	Keeper *state.Keeper

	loop     Loop
	refused  throttle.Throttle
	snapshot aggregate.Snapshot
	// before is the state's statistics after the last flush.
	before aggregate.Stats
}

// New returns a flusher of a state to which nothing was added yet.
func New(o Options) Flusher { return Flusher{Options: o} }

// GoOn goes on with a state that was restored.
func (f *Flusher) GoOn(s *aggregate.State) {
	f.Lock.Lock()
	defer f.Lock.Unlock()
	f.State, f.before = s, s.Stats()
}

// Flush collects and sends all points as of now. If a part is refused it goes
// on with the others and returns an error of them; see worse. The points that
// were refused are in the next flush: they are totals, and what ended has not
// gone before its end was accepted.
//
// What is stored is folded with a flush: that comes by everything anyway.
func (f *Flusher) Flush(ctx context.Context, now time.Time) error {
	f.Keeper.BeginFold()
	defer f.Keeper.EndFold(ctx)
	return f.sendAll(ctx, f.begin(now), now)
}

// sendAll sends what a collection holds, in parts. The first one has the build info.
func (f *Flusher) sendAll(ctx context.Context, c *aggregate.Collection, now time.Time) (failed error) {
	for more, first := true, true; more; {
		more = f.collect(c)
		if !more || f.snapshot.Points() >= PointsPerRequest {
			failed = worse(failed, f.send(ctx, c, first))
			first = false
		}
	}
	f.count(ctx)
	f.Telemetry.Flushed(ctx, failed != nil)
	if failed != nil {
		f.warn(failed, now)
	}
	return failed
}

// warn keeps a next component that stays out of order from filling the log.
func (f *Flusher) warn(err error, now time.Time) {
	if flushes, due := f.refused.Due(1, now); due {
		f.Logger.Warn("Metrics were refused by the next component; the next flush holds them again",
			zap.Error(err), zap.Int64("flushes_failed_since_last_warning", flushes-1))
	}
}

// begin starts a collection.
func (f *Flusher) begin(now time.Time) *aggregate.Collection {
	f.lock()
	defer f.Lock.Unlock()
	return f.State.Collect(now.UnixNano(), now.Sub(f.Began).Nanoseconds())
}

// lock locks the state as it is to be looked at.
func (f *Flusher) lock() {
	f.Lock.Lock()
	if f.Prepare != nil {
		f.Prepare()
	}
}

// collect copies the points of some groups of series and tells whether there
// may be more.
func (f *Flusher) collect(c *aggregate.Collection) (more bool) {
	f.Lock.Lock()
	defer f.Lock.Unlock()
	return c.Append(&f.snapshot, GroupsPerLock)
}

// send renders what was collected, without a lock, and sends it on.
func (f *Flusher) send(ctx context.Context, c *aggregate.Collection, first bool) error {
	defer f.snapshot.Reset()
	first = first && f.BuildInfo
	if first || f.snapshot.Points() > 0 {
		// What is sent must not be forgotten: a counter that a crash puts back to a lower
		// value is a reset to Prometheus, which adds all of it once more.
		f.Keeper.Save(ctx)
		md := f.Renderer.Metrics(&f.snapshot, c.Time())
		if first {
			f.Renderer.AddBuildInfo(md, c.Time())
		}
		if err := f.Next.ConsumeMetrics(ctx, md); err != nil {
			return err
		}
	}
	for groups := range slices.Chunk(f.snapshot.Groups, GroupsPerLock) {
		f.Lock.Lock()
		c.Accept(groups)
		f.Lock.Unlock()
	}
	return nil
}

// count tells what has ended.
func (f *Flusher) count(ctx context.Context) {
	f.Lock.Lock()
	after := f.State.Stats()
	f.Lock.Unlock()
	f.Telemetry.Ended(ctx, &f.before, &after)
	f.before = after
}

// worse returns the error of two that says more about what to do next: one that
// may go away by itself stands before one that is permanent, then the first one.
func worse(first, second error) error {
	if first == nil || second != nil && consumererror.IsPermanent(first) && !consumererror.IsPermanent(second) {
		return second
	}
	return first
}
