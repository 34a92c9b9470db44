package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// warnings log, at most once a minute each, what self-telemetry counts all the
// time: whoever has set something up wrong reads the log first.
type warnings struct {
	logger    *zap.Logger
	maxSeries int
	// overflowedBy has the labels of the workload whose records overflowed last.
	overflowedBy func() []aggregate.Label

	unknownVersion, unknownSchema, overflow warning
}

// warning is when something was last said, and how often it happened since: to how
// many records, or flushes.
type warning struct {
	mu    sync.Mutex
	last  time.Time
	since int64
}

// warningInterval is the least time between two warnings of a kind.
const warningInterval = time.Minute

// due counts and tells whether it is time to say so, and how often it happened.
func (w *warning) due(n int64, now time.Time) (since int64, due bool) {
	if n == 0 {
		return 0, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.since += n
	if !w.last.IsZero() && now.Sub(w.last) < warningInterval {
		return 0, false
	}
	since, w.since, w.last = w.since, 0, now
	return since, true
}

// look warns of what became of a request.
func (w *warnings) look(outcomes *contractreader.Outcomes, before, after *aggregate.Stats) {
	const records = "records_since_last_warning"
	now := time.Now()
	if n, due := w.unknownVersion.due(outcomes.UnknownVersion, now); due {
		w.logger.Warn("Records are of another version of the contract and are not counted: the processor before may be older or newer; see otelcol_connector_istio_metrics_records.",
			zap.Int("version", contract.Version), zap.Int64(records, n))
	}
	if n, due := w.unknownSchema.due(outcomes.UnknownSchema, now); due {
		w.logger.Warn("Records have a schema that is not known and are not counted; see otelcol_connector_istio_metrics_records.",
			zap.Any("schemas", contract.Schemas), zap.Int64(records, n))
	}
	if n, due := w.overflow.due(after.Overflowed-before.Overflowed, now); due {
		fields := []zap.Field{zap.Int("max_series", w.maxSeries), zap.Int64(records, n)}
		for _, l := range w.overflowedBy() {
			fields = append(fields, zap.String(l.Name, l.Value))
		}
		w.logger.Warn("There is no room for the series of a workload: further ones are counted without most of their labels; see otelcol_connector_istio_metrics_overflowed_records.",
			fields...)
	}
}
