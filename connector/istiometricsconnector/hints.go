package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/observe"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// hints say, at most once a minute each, what somebody should know who has not
// found the metrics yet that tell it.
type hints struct {
	logger    *zap.Logger
	schema    contract.Schema
	maxSeries int
	// overflowedBy has the labels of the workload whose records overflowed last.
	overflowedBy func() []aggregate.Label

	otherSchema, overflow hint
}

// hint is when something was last said, and how many records it was true of since.
type hint struct {
	mu    sync.Mutex
	last  time.Time
	since int64
}

// hintInterval is the least time between two warnings of a kind.
const hintInterval = time.Minute

// due counts records and tells whether it is time to say so, and of how many.
func (h *hint) due(n int64, now time.Time) (since int64, due bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.since += n
	if !h.last.IsZero() && now.Sub(h.last) < hintInterval {
		return 0, false
	}
	since, h.since, h.last = h.since, 0, now
	return since, true
}

func (h *hints) look(tally *observe.Tally, before, after *aggregate.Stats) {
	if n := tally.OtherSchema; n > 0 {
		if since, due := h.otherSchema.due(n, time.Now()); due {
			h.logger.Warn("Records have another schema than the connector and are not counted; see otelcol_connector_istio_metrics_records.",
				zap.String("schema", string(h.schema)), zap.Int64("records_since_last_warning", since))
		}
	}
	if n := after.Overflowed - before.Overflowed; n > 0 {
		if since, due := h.overflow.due(n, time.Now()); due {
			fields := []zap.Field{zap.Int("max_series", h.maxSeries), zap.Int64("records_since_last_warning", since)}
			for _, l := range h.overflowedBy() {
				fields = append(fields, zap.String(l.Name, l.Value))
			}
			h.logger.Warn("There is no room for the series of a workload: further ones are counted without most of their labels; see otelcol_connector_istio_metrics_overflowed_records.",
				fields...)
		}
	}
}
