// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

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
	// groupsPerLock bounds how long a flush keeps requests waiting: the time to
	// copy the numbers of so many addresses or sets of labels.
	groupsPerLock = 128
	// pointsPerRequest bounds the memory that a flush takes: beyond so many
	// points it sends what it has and goes on. Each series stands in one
	// request of a flush.
	pointsPerRequest = 8192
)

// flusher sends all points on. Only one flush runs at a time: whoever calls
// flush sees to that.
type flusher struct {
	mu       *sync.Mutex // of state
	state    *aggregate.State
	renderer render.Renderer
	next     consumer.Metrics

	// keeper saves the state, nil if nobody does.
	keeper *state.Keeper

	telemetry *telemetry
	logger    *zap.Logger
	refused   throttle.Throttle

	// began is when the clock of idle series started, and counting.
	began    time.Time
	snapshot aggregate.Snapshot
	// before is the state's statistics after the last flush.
	before aggregate.Stats
}

// flush collects and sends all points as of now. If a part is refused it goes
// on with the others and returns an error of them; see worse. The points that
// were refused are in the next flush: they are totals, and what ended has not
// gone before its end was accepted.
//
// What is stored is folded with a flush: that comes by everything anyway.
func (f *flusher) flush(ctx context.Context, now time.Time) error {
	f.keeper.BeginFold()
	defer f.keeper.EndFold(ctx)
	return f.sendAll(ctx, f.begin(now), now)
}

// sendAll sends what a collection holds, in parts. The first one has the build info,
// and goes out even if nothing was counted.
func (f *flusher) sendAll(ctx context.Context, c *aggregate.Collection, now time.Time) (failed error) {
	for more, first := true, true; more; {
		more = f.collect(c)
		if !more || f.snapshot.Points() >= pointsPerRequest {
			failed = worse(failed, f.send(ctx, c, first))
			first = false
		}
	}
	f.count(ctx)
	f.telemetry.flushed(ctx, failed != nil)
	if failed != nil {
		f.warn(failed, now)
	}
	return failed
}

// warn keeps a next component that stays out of order from filling the log.
func (f *flusher) warn(err error, now time.Time) {
	if flushes, due := f.refused.Due(1, now); due {
		f.logger.Warn("Metrics were refused by the next component; the next flush holds them again",
			zap.Error(err), zap.Int64("flushes_failed_since_last_warning", flushes-1))
	}
}

// begin starts a collection.
func (f *flusher) begin(now time.Time) *aggregate.Collection {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state.Collect(now.UnixNano(), now.Sub(f.began).Nanoseconds())
}

// collect copies the points of some groups of series and tells whether there
// may be more.
func (f *flusher) collect(c *aggregate.Collection) (more bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return c.Append(&f.snapshot, groupsPerLock)
}

// send renders what was collected, without a lock, and sends it on.
func (f *flusher) send(ctx context.Context, c *aggregate.Collection, first bool) error {
	defer f.snapshot.Reset()
	if first || f.snapshot.Points() > 0 {
		// What is sent must not be forgotten: a counter that a crash puts back to a lower
		// value is a reset to Prometheus, which adds all of it once more.
		f.keeper.Save(ctx)
		md := f.renderer.Metrics(&f.snapshot, c.Time())
		if first {
			f.renderer.AddBuildInfo(md, c.Time())
		}
		if err := f.next.ConsumeMetrics(ctx, md); err != nil {
			return err
		}
	}
	for groups := range slices.Chunk(f.snapshot.Groups, groupsPerLock) {
		f.mu.Lock()
		c.Accept(groups)
		f.mu.Unlock()
	}
	return nil
}

// count tells what has ended.
func (f *flusher) count(ctx context.Context) {
	f.mu.Lock()
	after := f.state.Stats()
	f.mu.Unlock()
	f.telemetry.ended(ctx, &f.before, &after)
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
