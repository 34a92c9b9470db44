// SPDX-License-Identifier: Apache-2.0

package flush

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
)

// retryInterval is the time between two attempts at the last flush. A full queue
// has room again when its consumer is done with a request, which takes
// milliseconds to seconds.
const retryInterval = 500 * time.Millisecond

// flushLast sends all points, and what was refused again until it is accepted,
// the context ends, or only permanent errors are left. It returns nil if every
// count was accepted: a total that did not change since may be refused.
func (f *Flusher) flushLast(ctx context.Context) error {
	err := f.Flush(ctx, time.Now())
	for err != nil {
		if f.unsent() == (aggregate.Unsent{}) {
			return nil
		}
		if consumererror.IsPermanent(err) || !sleep(ctx, retryInterval) {
			return err
		}
		err = f.flushUnsent(ctx, time.Now())
	}
	return nil
}

// flushUnsent sends the points that were refused, or that are new since.
func (f *Flusher) flushUnsent(ctx context.Context, now time.Time) error {
	f.lock()
	c := f.State.CollectUnsent(now.UnixNano(), now.Sub(f.Began).Nanoseconds())
	f.Lock.Unlock()
	return f.sendAll(ctx, c, now)
}

// reportLoss says and counts what was not accepted in the end. err is why. Nothing is
// lost if it is saved: then the next start sends it.
func (f *Flusher) reportLoss(ctx context.Context, err error, saved bool) error {
	if err == nil {
		return nil
	}
	lost := f.unsent()
	if lost == (aggregate.Unsent{}) {
		return err
	}
	if saved {
		f.Logger.Warn("The next component did not accept the last counts; the next start sends them",
			zap.Int64("records", lost.Records), zap.Int("series", lost.Series), zap.Error(err))
		return nil
	}
	f.Telemetry.Lost(ctx, lost.Records)
	f.Logger.Error("The last counts are lost: the next component did not accept them",
		zap.Int64("lost_records", lost.Records), zap.Int("lost_series", lost.Series), zap.Error(err))
	return fmt.Errorf("the last counts of %d records in %d series are lost: %w", lost.Records, lost.Series, err)
}

func (f *Flusher) unsent() aggregate.Unsent {
	f.lock()
	defer f.Lock.Unlock()
	return f.State.Unsent()
}

// sleep tells whether the time passed before the context ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
