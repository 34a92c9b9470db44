package istiometricsconnector

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/observe"
)

// Each is said at most once a minute, with the workload that it concerns.
func TestHints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.WarnLevel)
		workload := []aggregate.Label{{Name: "source_workload", Value: "flood"}}
		h := hints{logger: zap.New(core), schema: "istio", maxSeries: 153, overflowedBy: func() []aggregate.Label { return workload }}
		none, some := &aggregate.Stats{}, &aggregate.Stats{Overflowed: 1}
		h.look(&observe.Tally{Counted: 1}, some, some)
		assert.Zero(t, logs.Len())
		for range 3 {
			h.look(&observe.Tally{OtherSchema: 1}, none, some)
		}
		assert.Equal(t, 2, logs.Len())
		assert.Equal(t, map[string]any{"schema": "istio", "records_since_last_warning": int64(1)}, logs.All()[0].ContextMap())
		assert.Equal(t, map[string]any{"max_series": int64(153), "records_since_last_warning": int64(1), "source_workload": "flood"}, logs.All()[1].ContextMap())
		time.Sleep(time.Minute)
		h.look(&observe.Tally{}, none, some)
		assert.Equal(t, int64(3), logs.All()[2].ContextMap()["records_since_last_warning"])
	})
}
