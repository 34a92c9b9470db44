// SPDX-License-Identifier: Apache-2.0

package state

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// failures counts writes that failed and logs one at most once a minute: a disk that
// is full fails each second.
type failures struct {
	logger *zap.Logger
	count  func(context.Context)

	last  time.Time
	since int
}

// failureInterval is the least time between two log lines.
const failureInterval = time.Minute

func (f *failures) of(ctx context.Context, err error) {
	if err == nil {
		return
	}
	f.count(ctx)
	f.since++
	if now := time.Now(); f.last.IsZero() || now.Sub(f.last) >= failureInterval {
		f.logger.Error("Failed to save the state; a crash would lose it, counting goes on",
			zap.Error(err), zap.Int("failures_since_last_error", f.since))
		f.last, f.since = now, 0
	}
}
