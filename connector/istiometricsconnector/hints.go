package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"sync"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/observe"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// hints say once what somebody should know who has not found the metrics yet that
// tell it: settings do not fit.
type hints struct {
	logger    *zap.Logger
	schema    contract.Schema
	maxSeries int

	otherSchema, overflow sync.Once
}

func (h *hints) look(tally *observe.Tally, before, after *aggregate.Stats) {
	if tally.OtherSchema > 0 {
		h.otherSchema.Do(func() {
			h.logger.Warn("Records have another schema than the connector and are not counted; see otelcol_connector_istio_metrics_records.",
				zap.String("schema", string(h.schema)))
		})
	}
	if after.Overflowed > before.Overflowed {
		h.overflow.Do(func() {
			h.logger.Warn("Series are as many as may be: further ones are counted without most of their labels; see otelcol_connector_istio_metrics_overflowed_records.",
				zap.Int("max_series", h.maxSeries))
		})
	}
}
