// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Each is said at most once a minute, with the workload that it concerns.
func TestWarnings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.WarnLevel)
		workload := []aggregate.Label{{Name: "source_workload", Value: "flood"}}
		w := warnings{logger: zap.New(core), maxSeries: 153, overflowedBy: func() []aggregate.Label { return workload }}
		none, some := &aggregate.Stats{}, &aggregate.Stats{Overflowed: 1}
		w.look(&contractreader.Outcomes{Counted: 1}, some, some)
		assert.Zero(t, logs.Len())
		for range 3 {
			w.look(&contractreader.Outcomes{UnknownVersion: 1}, none, some)
		}
		assert.Equal(t, 2, logs.Len())
		assert.Equal(t, map[string]any{"version": int64(contract.Version), "records_since_last_warning": int64(1)}, logs.All()[0].ContextMap())
		assert.Equal(t, map[string]any{"max_series": int64(153), "records_since_last_warning": int64(1), "source_workload": "flood"}, logs.All()[1].ContextMap())
		time.Sleep(time.Minute)
		w.look(&contractreader.Outcomes{}, none, some)
		assert.Equal(t, int64(3), logs.All()[2].ContextMap()["records_since_last_warning"])
	})
}
