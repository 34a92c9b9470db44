// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"errors"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/flush"
)

var errRefused = errors.New("queue is full")

func TestFlushInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := new(consumertest.MetricsSink)
		c, _ := newTestConnector(t, testConfig(), sink)
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
		began := time.Now()
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 2)))

		time.Sleep(14 * time.Second)
		synctest.Wait()
		assert.Empty(t, sink.AllMetrics())
		time.Sleep(time.Second)
		synctest.Wait()
		require.Len(t, sink.AllMetrics(), 1)
		time.Sleep(15 * time.Second)
		synctest.Wait()
		require.Len(t, sink.AllMetrics(), 2, "totals are sent whether or not they moved")

		for i, md := range sink.AllMetrics() {
			assert.EqualValues(t, 2, values(md)["istio_tcp_connections_closed_total"])
			p := closedPoints(md)[0]
			assert.True(t, p.StartTimestamp().AsTime().Equal(began), "a series starts with the connector or a collection")
			assert.True(t, p.Timestamp().AsTime().Equal(began.Add(time.Duration(i+1)*15*time.Second)), "a point is of the time of collection")
		}
	})
}

func TestFlushFailureLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &fallible{err: errRefused}
		cfg := testConfig()
		cfg.FlushInterval = 10 * time.Second
		tel := componenttest.NewTelemetry()
		defer func() { require.NoError(t, tel.Shutdown(t.Context())) }()
		set := metadatatest.NewSettings(tel)
		core, warnings := observer.New(zap.WarnLevel)
		set.Logger = zap.New(core)
		c, err := newConnector(set, cfg, next)
		require.NoError(t, err)
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))

		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		time.Sleep(75 * time.Second)
		synctest.Wait()
		assert.Equal(t, 2, warnings.Len(), "one at first, one a minute later")
		next.fail(nil)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		time.Sleep(10 * time.Second)
		synctest.Wait()

		assert.EqualValues(t, 2, values(next.AllMetrics()...)["istio_tcp_connections_opened_total"])
		metadatatest.AssertEqualConnectorIstioMetricsFlushes(t, tel, []metricdata.DataPoint[int64]{{Value: 8}}, metricdatatest.IgnoreTimestamp())
		metadatatest.AssertEqualConnectorIstioMetricsFlushFailures(t, tel, []metricdata.DataPoint[int64]{{Value: 7}}, metricdatatest.IgnoreTimestamp())
		require.NoError(t, c.Shutdown(t.Context()))
	})
}

func TestFlushIsSentInParts(t *testing.T) {
	sink := new(consumertest.MetricsSink)
	c, _ := newTestConnector(t, testConfig(), sink)
	const apps = flush.PointsPerRequest // with four counters each
	for i := range apps {
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs(strconv.Itoa(i), 1)))
	}
	for _, parts := range []int{8, 4} { // first with zeros
		sink.Reset()
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
		require.Len(t, sink.AllMetrics(), parts)
		for i, md := range sink.AllMetrics() {
			points := flush.PointsPerRequest
			if i == 0 {
				points++ // the build info
			}
			assert.Equal(t, points, md.DataPointCount())
		}
		assert.EqualValues(t, apps, values(sink.AllMetrics()...)["istio_tcp_connections_opened_total"])
	}
}

func TestConcurrentRequests(t *testing.T) {
	cfg := testConfig()
	cfg.FlushInterval = time.Millisecond
	sink := new(consumertest.MetricsSink)
	c, tel := newTestConnector(t, cfg, sink)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	const senders, requests, records = 8, 50, 5
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for r := range requests {
				assert.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs(strconv.Itoa((s+r)%10), records)))
			}
		})
	}
	wg.Wait()
	require.NoError(t, c.Shutdown(t.Context()))

	all := sink.AllMetrics()
	assert.EqualValues(t, senders*requests*records, values(all[len(all)-1])["istio_tcp_connections_opened_total"])
	assertNeverDown(t, all)
	metadatatest.AssertEqualConnectorIstioMetricsRecords(t, tel, []metricdata.DataPoint[int64]{
		{Value: senders * requests * records, Attributes: attributeSet("outcome", "counted")},
	}, metricdatatest.IgnoreTimestamp())
}

// assertNeverDown checks that each series of sums has one start and never goes down.
func assertNeverDown(t *testing.T, mds []pmetric.Metrics) {
	t.Helper()
	type point struct{ start, value int64 }
	last := map[string]point{}
	forEachMetric(mds, func(m pmetric.Metric) {
		if m.Type() != pmetric.MetricTypeSum {
			return
		}
		for i := range m.Sum().DataPoints().Len() {
			p := m.Sum().DataPoints().At(i)
			app, _ := p.Attributes().Get("source_app")
			series := m.Name() + "/" + app.AsString()
			now := point{int64(p.StartTimestamp()), p.IntValue()}
			assert.LessOrEqual(t, p.StartTimestamp(), p.Timestamp(), series)
			if before, ok := last[series]; ok {
				assert.Equal(t, before.start, now.start, series)
				assert.LessOrEqual(t, before.value, now.value, series)
			}
			last[series] = now
		}
	})
}

func TestConsumeLogsKeepsNothingOfTheLogs(t *testing.T) {
	sink := new(consumertest.MetricsSink)
	c, _ := newTestConnector(t, testConfig(), sink)
	ld := tcpLogs("a", 1)
	ld.MarkReadOnly()
	require.NoError(t, c.ConsumeLogs(t.Context(), ld))
	assert.False(t, c.Capabilities().MutatesData)
}

func TestInstanceIDIsTheHostName(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	sink := new(consumertest.MetricsSink)
	f := NewFactory()
	c, err := f.CreateLogsToMetrics(t.Context(), connectortest.NewNopSettings(metadata.Type), f.CreateDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
	require.NoError(t, c.Shutdown(t.Context()))
	assert.Equal(t, map[string]any{"service.name": "otelcol-istio", "service.instance.id": host},
		sink.AllMetrics()[0].ResourceMetrics().At(0).Resource().Attributes().AsRaw())
}
