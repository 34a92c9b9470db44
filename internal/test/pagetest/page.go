// SPDX-License-Identifier: Apache-2.0

// Package pagetest serves the page of outside traffic to the tests of those who ask it.
package pagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Ledger has rows that do not change.
type Ledger struct {
	// Since is when the gateway began to watch.
	Since time.Time
	All   []egress.Row
}

// Rows implements egress.Ledger.
func (l Ledger) Rows() []egress.Row { return append([]egress.Row{}, l.All...) }

// About implements egress.Ledger.
func (l Ledger) About() egress.About {
	return egress.About{WatchingSince: l.Since, Rows: len(l.All), MaxRows: 20_000, RetentionSeconds: 30 * 86400}
}

// Serve runs the extension until the test ends, and returns the URL of the page. The
// kernel gives it a port, which nobody else can take before it listens.
func Serve(t testing.TB, l egress.Ledger) string {
	t.Helper()
	factory := egresspageextension.NewFactory()
	cfg := factory.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"endpoint": "127.0.0.1:0"}).Unmarshal(cfg))
	settings := extensiontest.NewNopSettings(component.MustNewType("egress_page"))
	core, logged := observer.New(zap.InfoLevel)
	settings.Logger = zap.New(core)
	ext, err := factory.Create(t.Context(), settings, cfg)
	require.NoError(t, err)
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, ext.Shutdown(t.Context())) })
	ext.(egress.Page).Register("istio_egress", l)
	started := logged.FilterFieldKey("endpoint").All()
	require.Len(t, started, 1, "the log says where the page is")
	return "http://" + started[0].ContextMap()["endpoint"].(string)
}
