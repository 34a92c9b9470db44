// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/throttle"
)

// warnings log, at most once a minute each, what self-telemetry counts all the
// time: whoever has set something up wrong reads the log first.
type warnings struct {
	logger    *zap.Logger
	maxSeries int
	// overflowedBy has the labels of the workload whose records overflowed last.
	overflowedBy func() []aggregate.Label

	unknownVersion, unknownSchema, overflow throttle.Throttle
}

// look warns of what became of a request.
func (w *warnings) look(outcomes *contractreader.Outcomes, before, after *aggregate.Stats) {
	const records = "records_since_last_warning"
	now := time.Now()
	if n, due := w.unknownVersion.Due(outcomes.UnknownVersion, now); due {
		w.logger.Warn("Records are of another version of the contract and are not counted: the processor before may be older or newer; see otelcol_connector_istio_metrics_records.",
			zap.Int("version", contract.Version), zap.Int64(records, n))
	}
	if n, due := w.unknownSchema.Due(outcomes.UnknownSchema, now); due {
		w.logger.Warn("Records have a schema that is not known and are not counted; see otelcol_connector_istio_metrics_records.",
			zap.Any("schemas", contract.Schemas), zap.Int64(records, n))
	}
	if n, due := w.overflow.Due(after.Overflowed-before.Overflowed, now); due {
		fields := []zap.Field{zap.Int("max_series", w.maxSeries), zap.Int64(records, n)}
		for _, l := range w.overflowedBy() {
			fields = append(fields, zap.String(l.Name, l.Value))
		}
		w.logger.Warn("There is no room for the series of a workload: further ones are counted without most of their labels; see otelcol_connector_istio_metrics_overflowed_records.",
			fields...)
	}
}
