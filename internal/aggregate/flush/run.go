// SPDX-License-Identifier: Apache-2.0

package flush

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// Start sends on what the state has from before the start, and begins to flush at the
// interval.
func (f *Flusher) Start(ctx context.Context) {
	if f.hasSeries() {
		// Before anything is added: what is added would not show as an increase if the
		// last point of before is older than a query looks back.
		_ = f.Flush(ctx, time.Now())
	}
	f.loop.Start(f.Interval, func(ctx context.Context) {
		// What was refused is counted and logged; the next flush holds it, too.
		_ = f.Flush(ctx, time.Now())
	})
}

func (f *Flusher) hasSeries() bool {
	f.lock()
	defer f.Lock.Unlock()
	return f.State.Stats().Series > 0
}

// Stop ends what Start began, flushes a last time and closes the keeper. It tries to
// send that flush until the context or the shutdown timeout ends, and returns an error
// if counts were lost. It does nothing but the first time.
func (f *Flusher) Stop(ctx context.Context) error {
	if !f.loop.Close() {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, f.ShutdownTimeout)
	defer cancel()
	err := f.loop.Wait(limited)
	if err == nil && f.Next != nil {
		err = f.flushLast(limited)
	}
	saved, closeErr := f.Keeper.Close(ctx)
	if closeErr != nil {
		f.Logger.Warn("Failed to close the storage of the state", zap.Error(closeErr))
	}
	return f.reportLoss(ctx, err, saved)
}
