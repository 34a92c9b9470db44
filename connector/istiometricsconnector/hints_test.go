package istiometricsconnector

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/observe"
)

// Each is said once, however often it happens.
func TestHints(t *testing.T) {
	core, logs := observer.New(zap.WarnLevel)
	h := hints{logger: zap.New(core), schema: "istio", maxSeries: 146}
	none, some := &aggregate.Stats{}, &aggregate.Stats{Overflowed: 1}
	h.look(&observe.Tally{Counted: 1}, some, some)
	assert.Zero(t, logs.Len())
	for range 3 {
		h.look(&observe.Tally{OtherSchema: 1}, none, some)
	}
	assert.Equal(t, 2, logs.Len())
	assert.Equal(t, map[string]any{"schema": "istio"}, logs.All()[0].ContextMap())
	assert.Equal(t, map[string]any{"max_series": int64(146)}, logs.All()[1].ContextMap())
}
