// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/throttle"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// fallbackLog logs whose records had values without a slot, at most once a minute for
// each label. How many there were is in the metrics.
type fallbackLog struct {
	logger    *zap.Logger
	throttles map[*limit.Limiter]*throttle.Throttle
}

func newFallbackLog(logger *zap.Logger, limiters []*limit.Limiter) *fallbackLog {
	l := &fallbackLog{logger: logger, throttles: make(map[*limit.Limiter]*throttle.Throttle, len(limiters))}
	for _, limiter := range limiters {
		l.throttles[limiter] = new(throttle.Throttle)
	}
	return l
}

// note notes that a workload's value had no slot, as of now.
func (l *fallbackLog) note(limiter *limit.Limiter, from *limit.Asker, now int64) {
	if _, due := l.throttles[limiter].Due(1, time.Unix(0, now)); !due {
		return
	}
	l.logger.Warn("A value had no slot and was counted under a larger one; see otelcol_processor_istio_labels_limit_fallbacks.",
		zap.String("label", limiter.Label()), zap.String("workload", from.Source), zap.String("destination_service_name", from.Destination))
}
