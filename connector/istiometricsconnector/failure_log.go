package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"time"

	"go.uber.org/zap"
)

// failureLogInterval is the least time between two warnings.
const failureLogInterval = time.Minute

// failureLog keeps a next component that stays out of order from filling the log.
type failureLog struct {
	logger *zap.Logger
	last   time.Time
	quiet  int
}

func (l *failureLog) failed(err error, now time.Time) {
	if !l.last.IsZero() && now.Sub(l.last) < failureLogInterval {
		l.quiet++
		return
	}
	l.logger.Warn("Metrics were refused by the next component; the next flush holds them again",
		zap.Error(err), zap.Int("flushes_failed_since_last_warning", l.quiet))
	l.last, l.quiet = now, 0
}
