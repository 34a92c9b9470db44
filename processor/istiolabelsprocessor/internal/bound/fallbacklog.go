package bound

import (
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// fallbackLogInterval is the least time between two warnings about a label.
const fallbackLogInterval = time.Minute

// fallbackLog says whose records had values without a slot, at most once a minute
// for each label. How many there were is in the metrics.
type fallbackLog struct {
	logger *zap.Logger
	// last is when each label was spoken of, in nanoseconds, 0 before the first time.
	last map[*limit.Limiter]*atomic.Int64
}

func newFallbackLog(logger *zap.Logger, limiters []*limit.Limiter) *fallbackLog {
	l := &fallbackLog{logger: logger, last: make(map[*limit.Limiter]*atomic.Int64, len(limiters))}
	for _, limiter := range limiters {
		l.last[limiter] = new(atomic.Int64)
	}
	return l
}

// fell says that a workload's value had no slot, as of now.
func (l *fallbackLog) fell(limiter *limit.Limiter, from *limit.Asker, now int64) {
	last := l.last[limiter]
	before := last.Load()
	if before != 0 && now-before < int64(fallbackLogInterval) || !last.CompareAndSwap(before, now) {
		return
	}
	l.logger.Warn("A value had no slot and was counted under a larger one; see otelcol_processor_istio_labels_limit_fallbacks.",
		zap.String("label", limiter.Label()), zap.String("workload", from.Source), zap.String("destination_service_name", from.Destination))
}
