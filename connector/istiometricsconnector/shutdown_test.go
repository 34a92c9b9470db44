// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/flush"
)

func TestShutdownFlushesOnce(t *testing.T) {
	sink := new(consumertest.MetricsSink)
	c, tel := newTestConnector(t, testConfig(), sink)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
	require.NoError(t, c.Shutdown(t.Context()))
	require.NoError(t, c.Shutdown(t.Context()))
	require.Len(t, sink.AllMetrics(), 1)
	assert.EqualValues(t, 3, values(sink.AllMetrics()...)["istio_tcp_received_bytes_total"])
	metadatatest.AssertEqualConnectorIstioMetricsFlushes(t, tel, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
}

func TestShutdownWithoutStart(t *testing.T) {
	sink := new(consumertest.MetricsSink)
	c, _ := newTestConnector(t, testConfig(), sink)
	require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
	require.NoError(t, c.Shutdown(t.Context()))
	assert.Len(t, sink.AllMetrics(), 1)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()), "starts nothing that would leak")
}

func TestShutdownWithNothingSendsTheBuildInfo(t *testing.T) {
	sink := new(consumertest.MetricsSink)
	c, _ := newTestConnector(t, testConfig(), sink)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.Shutdown(t.Context()))
	require.Len(t, sink.AllMetrics(), 1)
	assert.Equal(t, 1, sink.DataPointCount())
}

func TestShutdownEndsABlockedFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, flushes := new(consumertest.MetricsSink), 0
		next, err := consumer.NewMetrics(func(ctx context.Context, md pmetric.Metrics) error {
			if flushes++; flushes == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return sink.ConsumeMetrics(ctx, md)
		})
		require.NoError(t, err)
		c, _ := newTestConnector(t, testConfig(), next)
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
		time.Sleep(time.Minute)
		require.NoError(t, c.Shutdown(t.Context()))
		assert.EqualValues(t, 3, values(sink.AllMetrics()...)["istio_tcp_connections_opened_total"])
	})
}

func TestShutdownHonoursItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		next, err := consumer.NewMetrics(func(context.Context, pmetric.Metrics) error {
			<-release // deaf to its context
			return nil
		})
		require.NoError(t, err)
		c, _ := newTestConnector(t, testConfig(), next)
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, c.Shutdown(ctx), context.DeadlineExceeded)
		close(release)
		synctest.Wait()
	})
}

// smallQueue is a next component that has room for a request every so often, as
// a queue before a slow server has.
type smallQueue struct {
	consumertest.MetricsSink
	every   time.Duration
	free    time.Time
	refused int
}

func (q *smallQueue) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	now := time.Now()
	if now.Before(q.free) {
		q.refused++
		return errRefused
	}
	q.free = now.Add(q.every)
	return q.MetricsSink.ConsumeMetrics(ctx, md)
}

// TestShutdownRetriesWhatWasRefused has a flush of four parts meet a queue that
// has room for one of them at a time.
func TestShutdownRetriesWhatWasRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &smallQueue{every: 2500 * time.Millisecond}
		c, tel := newTestConnector(t, testConfig(), queue)
		const apps = flush.PointsPerRequest / 2 // with four counters each, and their zeros
		for i := range apps {
			require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs(strconv.Itoa(i), 1)))
		}
		require.NoError(t, c.Shutdown(t.Context()))
		assert.Positive(t, queue.refused)
		requests := queue.AllMetrics()
		require.Len(t, requests, 4)
		points := 0
		for _, md := range requests {
			points += md.DataPointCount() - buildInfos(md)
		}
		assert.Equal(t, 2*4*apps, points, "no part is sent twice")
		assert.EqualValues(t, apps, values(requests...)["istio_tcp_connections_opened_total"])
		metadatatest.AssertEqualConnectorIstioMetricsFlushes(t, tel, []metricdata.DataPoint[int64]{{Value: 16}}, metricdatatest.IgnoreTimestamp())
		_, err := tel.GetMetric("otelcol_connector_istio_metrics_lost_records")
		assert.Error(t, err, "nothing was lost")
	})
}

// TestShutdownSaysWhatIsLost has a next component refuse all that came after its
// first request.
func TestShutdownSaysWhatIsLost(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		cancel time.Duration // of the context of Shutdown; 0: never
		lasts  time.Duration
	}{
		{"until shutdown_timeout", errRefused, 0, 20 * time.Second},
		{"until the context ends", errRefused, 3 * time.Second, 3 * time.Second},
		{"a permanent error is not retried", consumererror.NewPermanent(errRefused), 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := new(fallible)
				tel := componenttest.NewTelemetry()
				defer func() { require.NoError(t, tel.Shutdown(t.Context())) }()
				set := metadatatest.NewSettings(tel)
				core, logs := observer.New(zap.ErrorLevel)
				set.Logger = zap.New(core)
				c, err := newConnector(set, testConfig(), next)
				require.NoError(t, err)
				require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("sent", 7)))
				require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
				next.fail(test.err)
				require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
				require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("b", 2)))

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.cancel > 0 {
					time.AfterFunc(test.cancel, cancel)
				}
				began := time.Now()
				require.ErrorIs(t, c.Shutdown(ctx), errRefused)
				assert.Equal(t, test.lasts, time.Since(began)) // of a clock that only we move
				require.Equal(t, 1, logs.Len())
				fields := logs.All()[0].ContextMap()
				assert.EqualValues(t, 5, fields["lost_records"])
				assert.EqualValues(t, 8, fields["lost_series"])
				metadatatest.AssertEqualConnectorIstioMetricsLostRecords(t, tel, []metricdata.DataPoint[int64]{{Value: 5}}, metricdatatest.IgnoreTimestamp())
			})
		})
	}
}

// TestShutdownWaitsForNothingThatArrived: totals that the next component has
// already are not lost if it refuses them once more.
func TestShutdownWaitsForNothingThatArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := new(fallible)
		c, _ := newTestConnector(t, testConfig(), next)
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 1)))
		require.NoError(t, c.flusher.Flush(t.Context(), time.Now()))
		next.fail(errRefused)
		began := time.Now()
		require.NoError(t, c.Shutdown(t.Context()))
		assert.Equal(t, began, time.Now())
	})
}

// TestShutdownCountsWhatABlockedFlushHolds: a next component that is deaf to its
// context keeps the last flush from being tried.
func TestShutdownCountsWhatABlockedFlushHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		next, err := consumer.NewMetrics(func(context.Context, pmetric.Metrics) error {
			<-release
			return errRefused
		})
		require.NoError(t, err)
		c, tel := newTestConnector(t, testConfig(), next)
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, c.ConsumeLogs(t.Context(), tcpLogs("a", 3)))
		time.Sleep(time.Minute)
		began := time.Now()
		require.ErrorIs(t, c.Shutdown(t.Context()), context.DeadlineExceeded)
		assert.Equal(t, 20*time.Second, time.Since(began))
		metadatatest.AssertEqualConnectorIstioMetricsLostRecords(t, tel, []metricdata.DataPoint[int64]{{Value: 3}}, metricdatatest.IgnoreTimestamp())
		close(release)
		synctest.Wait()
	})
}
