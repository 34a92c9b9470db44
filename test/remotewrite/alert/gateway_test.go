// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
)

// interval is the flush interval that is shipped.
const interval = 15 * time.Second

// flush is a request of the connector.
type flush struct {
	at time.Time
	md pmetric.Metrics
}

// gateway is a connector that runs in a synctest bubble, and its flushes. They are
// those of its successors, too.
type gateway struct {
	t        *testing.T
	settings map[string]any
	began    time.Time
	current  connector.Logs
	// deaf is set once nobody takes flushes any more.
	deaf    bool
	flushes []flush
}

// simulate runs a script by a clock that starts at a full minute, and gives what was
// sent.
func simulate(t *testing.T, settings map[string]any, script func(g *gateway)) (flushes []flush, began time.Time) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{t: t, settings: settings, began: time.Now()}
		g.start()
		script(g)
		g.stop()
		flushes, began = g.flushes, g.began
	})
	return flushes, began
}

func (g *gateway) start() {
	next, err := consumer.NewMetrics(func(_ context.Context, md pmetric.Metrics) error {
		if !g.deaf {
			g.flushes = append(g.flushes, flush{time.Now(), md})
		}
		return nil
	})
	require.NoError(g.t, err)
	factory := istiometricsconnector.NewFactory()
	cfg := factory.CreateDefaultConfig()
	require.NoError(g.t, confmap.NewFromStringMap(g.settings).Unmarshal(cfg))
	require.NoError(g.t, confmap.Validate(cfg))
	set := connectortest.NewNopSettings(factory.Type())
	set.TelemetrySettings = componenttest.NewNopTelemetrySettings()
	g.current, err = factory.CreateLogsToMetrics(g.t.Context(), set, cfg, next)
	require.NoError(g.t, err)
	require.NoError(g.t, g.current.Start(g.t.Context(), componenttest.NewNopHost()))
}

func (g *gateway) stop() {
	require.NoError(g.t, g.current.Shutdown(g.t.Context()))
}

// kill is a crash: what was not flushed is gone.
func (g *gateway) kill() {
	g.deaf = true
	g.stop()
	g.deaf = false
}

// at sleeps until so long after the beginning.
func (g *gateway) at(d time.Duration) {
	time.Sleep(time.Until(g.began.Add(d)))
	synctest.Wait()
}

func (g *gateway) count(ld plog.Logs) {
	require.NoError(g.t, g.current.ConsumeLogs(g.t.Context(), ld))
}
