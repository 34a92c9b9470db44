// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

var storageID = component.MustNewID("file_storage")

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

func storedConfig() *Config {
	cfg := testConfig()
	cfg.StorageID = &storageID
	return cfg
}

// startStored starts a connector on a disk.
func startStored(t *testing.T, cfg *Config, disk *storagetest.Disk, next consumer.Metrics) (*istioMetrics, *componenttest.Telemetry, *observer.ObservedLogs) {
	t.Helper()
	c, tel := newTestConnector(t, cfg, next)
	core, logs := observer.New(zap.InfoLevel)
	c.flusher.Logger = zap.New(core)
	c.storage.Logger = c.flusher.Logger
	require.NoError(t, c.Start(t.Context(), host{storageID: disk}))
	return c, tel, logs
}

const received = "istio_tcp_received_bytes_total"

// startTimes of the points of a counter.
func startTimes(name string, mds ...pmetric.Metrics) (starts []time.Time) {
	forEachMetric(mds, func(m pmetric.Metric) {
		if m.Name() != name {
			return
		}
		for _, p := range m.Sum().DataPoints().All() {
			starts = append(starts, p.StartTimestamp().AsTime())
		}
	})
	return starts
}

func TestSeriesGoOnAfterAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk, sink := storagetest.NewDisk(), new(consumertest.MetricsSink)
		c, _, _ := startStored(t, storedConfig(), disk, sink)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
		require.NoError(t, c.Shutdown(t.Context()))
		before := sink.AllMetrics()

		time.Sleep(time.Hour)
		sink.Reset()
		c, _, logs := startStored(t, storedConfig(), disk, sink)
		require.Len(t, sink.AllMetrics(), 1, "they go out once as they were")
		assert.EqualValues(t, 3, values(sink.AllMetrics()...)[received])
		starts := startTimes(received, sink.AllMetrics()...)
		assert.Len(t, starts, 1, "they need no zero")
		assert.Equal(t, startTimes(received, before...)[0], starts[0])
		assert.Equal(t, 1, logs.FilterMessage("Series go on from before the start").Len())

		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 2)))
		sink.Reset()
		require.NoError(t, c.Shutdown(t.Context()))
		assert.EqualValues(t, 5, values(sink.AllMetrics()...)[received])
	})
}

// The process ends without a word. Nothing that was accepted more than a second before
// is missing.
func TestSeriesGoOnAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.NewDisk()
		c, _, _ := startStored(t, storedConfig(), disk, new(consumertest.MetricsSink))
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
		time.Sleep(time.Second)
		after := disk.Crash()
		sink := new(consumertest.MetricsSink)
		startStored(t, storedConfig(), after, sink)
		assert.EqualValues(t, 3, values(sink.AllMetrics()...)[received])
		assert.Len(t, startTimes(received, sink.AllMetrics()...), 2, "none of it was sent: its zero goes out, too")
	})
}

// What a flush sends is saved before: at no time may a crash put a counter back to
// less than what was sent.
func TestWhatIsSentIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.NewDisk()
		var sent, restored int64
		next, err := consumer.NewMetrics(func(ctx context.Context, md pmetric.Metrics) error {
			sent = values(md)[received]
			sink := new(consumertest.MetricsSink)
			c, _ := newTestConnector(t, storedConfig(), sink)
			require.NoError(t, c.Start(context.WithoutCancel(ctx), host{storageID: disk.Crash()}))
			restored = values(sink.AllMetrics()...)[received]
			return c.Shutdown(context.WithoutCancel(ctx))
		})
		require.NoError(t, err)
		c, _, _ := startStored(t, storedConfig(), disk, next)
		for i := range 40 {
			require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
			require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
			require.Equal(t, sent, restored)
			require.EqualValues(t, i+1, sent)
			time.Sleep(100 * time.Millisecond)
		}
	})
}

// A next component that refuses the last flush costs nothing: the next start has it.
func TestStoredCountsAreNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.NewDisk()
		c, tel, logs := startStored(t, storedConfig(), disk, consumertest.NewErr(errRefused))
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
		require.NoError(t, c.Shutdown(t.Context()))
		_, err := tel.GetMetric("otelcol_connector_istio_metrics_lost_records")
		require.Error(t, err, "there is none")
		assert.Equal(t, 1, logs.FilterMessage("The next component did not accept the last counts; the next start sends them").Len())
		sink := new(consumertest.MetricsSink)
		startStored(t, storedConfig(), disk, sink)
		assert.EqualValues(t, 3, values(sink.AllMetrics()...)[received])
	})
}

func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk, sink := storagetest.NewDisk(), new(consumertest.MetricsSink)
		c, tel, logs := startStored(t, storedConfig(), disk, sink)
		disk.SetFailing(true)
		for range 100 {
			require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
			time.Sleep(time.Second)
		}
		sink.Reset()
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
		assert.EqualValues(t, 100, values(sink.AllMetrics()...)[received], "counting goes on")
		failures, err := tel.GetMetric("otelcol_connector_istio_metrics_storage_failures")
		require.NoError(t, err)
		assert.Greater(t, failures.Data.(metricdata.Sum[int64]).DataPoints[0].Value, int64(20))
		assert.LessOrEqual(t, logs.FilterMessage("Failed to save the state; a crash would lose it, counting goes on").Len(), 2)

		disk.SetFailing(false)
		time.Sleep(16 * time.Second) // until the next flush
		sink.Reset()
		startStored(t, storedConfig(), disk.Crash(), sink)
		assert.EqualValues(t, 100, values(sink.AllMetrics()...)[received])
	})
}

func TestStateOfOthersIsSetAside(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Config)
		reason string
	}{
		"another instance": {func(cfg *Config) { cfg.InstanceID = "gateway-1" }, "another instance"},
		"other buckets":    {func(cfg *Config) { cfg.Histogram.Kind = HistogramExponential }, "other settings"},
	} {
		t.Run(name, func(t *testing.T) {
			disk := storagetest.NewDisk()
			c, _, _ := startStored(t, storedConfig(), disk, new(consumertest.MetricsSink))
			require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
			require.NoError(t, c.Shutdown(t.Context()))

			cfg, sink := storedConfig(), new(consumertest.MetricsSink)
			test.change(cfg)
			c, tel, logs := startStored(t, cfg, disk, sink)
			require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
			require.NoError(t, c.Shutdown(t.Context()))
			assert.EqualValues(t, 1, values(sink.AllMetrics()...)[received])
			metadatatest.AssertEqualConnectorIstioMetricsStateSetAside(t, tel, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
			lines := logs.FilterField(zap.String("reason", test.reason))
			assert.Equal(t, 1, lines.Len())
		})
	}
}

func TestFewerSeriesThanStored(t *testing.T) {
	disk := storagetest.NewDisk()
	c, _, _ := startStored(t, storedConfig(), disk, new(consumertest.MetricsSink))
	for i := range 100 {
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs(string(rune('A'+i)), 1)))
	}
	require.NoError(t, c.Shutdown(t.Context()))
	cfg := storedConfig()
	cfg.MaxSeries = cfg.aggregateOptions().MinSeries()
	c, _, _ = startStored(t, cfg, disk, new(consumertest.MetricsSink))
	assert.LessOrEqual(t, c.stats().Committed, cfg.MaxSeries)
	assert.Positive(t, c.stats().Sets)
}

type noStorage struct {
	component.StartFunc
	component.ShutdownFunc
}

func TestStorageThatIsNone(t *testing.T) {
	for name, test := range map[string]struct {
		host host
		want string
	}{
		"no extension": {host{}, "`storage`: there is no extension \"file_storage\""},
		"not one":      {host{storageID: noStorage{}}, "`storage`: extension \"file_storage\" is no storage extension"},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newTestConnector(t, storedConfig(), new(consumertest.MetricsSink))
			assert.ErrorContains(t, c.Start(t.Context(), test.host), test.want)
		})
	}
}
