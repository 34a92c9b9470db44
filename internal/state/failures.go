package state

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/throttle"
)

// failures counts writes that failed and logs them: a disk that is full fails each
// second.
type failures struct {
	logger   *zap.Logger
	count    func(context.Context)
	throttle throttle.Throttle
}

func (f *failures) of(ctx context.Context, err error) {
	if err == nil {
		return
	}
	f.count(ctx)
	if n, due := f.throttle.Due(1, time.Now()); due {
		f.logger.Error("Failed to save the state; a crash would lose it, counting goes on",
			zap.Error(err), zap.Int64("failures_since_last_error", n-1))
	}
}
