// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// testTime is some time to collect at.
var testTime = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func testConfig() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.InstanceID = "gateway-0"
	return cfg
}

// newTestConnector makes a connector whose self-telemetry can be read.
func newTestConnector(t *testing.T, cfg *Config, next consumer.Metrics) (*istioMetrics, *componenttest.Telemetry) {
	t.Helper()
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.WithoutCancel(t.Context()))) })
	c, err := newConnector(metadatatest.NewSettings(tel), cfg, next)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Shutdown(context.WithoutCancel(t.Context()))) })
	return c, tel
}

// tcpLogs holds the ends of n connections from one app to one address, in which
// each sent a byte.
func tcpLogs(app string, n int) plog.Logs {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	attrs := sl.Scope().Attributes()
	attrs.PutInt(contract.AttrVersion, contract.Version)
	attrs.PutStr(contract.AttrVerdict, string(contract.VerdictTCP))
	attrs.PutStr(contract.AttrSchema, string(contract.SchemaIstio))
	attrs.PutStr(contract.SourceApp.String(), app)
	for range n {
		attrs := sl.LogRecords().AppendEmpty().Attributes()
		attrs.PutInt(contract.AttrBytesReceived, 1)
		attrs.PutInt(contract.AttrBytesSent, 0)
		attrs.PutStr(contract.DestinationIP.String(), "192.0.2.1")
	}
	return ld
}

// values sums the points of each counter.
func values(mds ...pmetric.Metrics) map[string]int64 {
	sums := map[string]int64{}
	forEachMetric(mds, func(m pmetric.Metric) {
		if m.Type() != pmetric.MetricTypeSum {
			return
		}
		for i := range m.Sum().DataPoints().Len() {
			sums[m.Name()] += m.Sum().DataPoints().At(i).IntValue()
		}
	})
	return sums
}

func forEachMetric(mds []pmetric.Metrics, visit func(pmetric.Metric)) {
	for _, md := range mds {
		for i := range md.ResourceMetrics().Len() {
			sms := md.ResourceMetrics().At(i).ScopeMetrics()
			for j := range sms.Len() {
				for k := range sms.At(j).Metrics().Len() {
					visit(sms.At(j).Metrics().At(k))
				}
			}
		}
	}
}

// fallible is a next consumer that refuses while err is set.
type fallible struct {
	consumertest.MetricsSink
	mu  sync.Mutex
	err error
}

func (f *fallible) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *fallible) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	return f.MetricsSink.ConsumeMetrics(ctx, md)
}
