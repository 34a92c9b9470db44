// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/metadata"
)

func TestSends(t *testing.T) {
	b := newBackend(t)
	cfg := testConfig(b)
	cfg.HTTP.Headers = configopaque.MapList{{Name: "X-Scope-OrgID", Value: "mesh"}}
	cfg.HTTP.Compression = "snappy"
	s := start(t, cfg, componenttest.NewNopHost())
	s.consume(t, "a", "b", "c")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"a", "b", "c"}, trimTotal(b.taken()))
	assert.Equal(t, "mesh", b.headers[0].Get("X-Scope-OrgID"))
	assert.Equal(t, []string{"snappy"}, b.headers[0]["Content-Encoding"])
	assert.Equal(t, map[string]int64{"": 3}, s.values(t, "exporter_remote_write_sent_samples"))
	assert.Equal(t, map[string]int64{"": 3}, s.values(t, "exporter_sent_metric_points"))
	assert.Equal(t, map[string]int64{outcomeAccepted: 3}, s.nonZero(t, "exporter_remote_write_requests"))
	assert.NotZero(t, s.values(t, "exporter_remote_write_sent_bytes")[""])
}

func TestProtocol2(t *testing.T) {
	b := newBackend(t)
	cfg := testConfig(b)
	cfg.ProtobufMessage = MessageV2
	s := start(t, cfg, componenttest.NewNopHost())
	s.consume(t, "a")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, "2.0.0", b.headers[0].Get("X-Prometheus-Remote-Write-Version"))
	// This backend knows protocol 1.0 only: it accepts the request and finds no
	// series in it.
	assert.Equal(t, map[string]int64{"not_written": 1}, s.nonZero(t, "exporter_remote_write_lost_samples"))
}

func TestUnsendable(t *testing.T) {
	b := newBackend(t)
	s := start(t, testConfig(b), componenttest.NewNopHost())
	md := counter("good")
	bad := counter("bad").ResourceMetrics().At(0)
	bad.ScopeMetrics().At(0).Metrics().At(0).Sum().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	bad.CopyTo(md.ResourceMetrics().AppendEmpty())
	require.NoError(t, s.ConsumeMetrics(t.Context(), md))
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"good"}, trimTotal(b.taken()))
	assert.Equal(t, map[string]int64{"temporality": 1}, s.nonZero(t, "exporter_remote_write_unsendable_points"))
}

func TestRefused(t *testing.T) {
	b := newBackend(t)
	b.answer(400, "out of order sample")
	s := start(t, testConfig(b), componenttest.NewNopHost())
	s.consume(t, "a")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, map[string]int64{"out_of_order": 1}, s.nonZero(t, "exporter_remote_write_lost_samples"))
	assert.Equal(t, map[string]int64{"out_of_order": 1}, s.nonZero(t, "exporter_send_failed_metric_points"))
	assert.Equal(t, map[string]int64{outcomeRefused: 1}, s.nonZero(t, "exporter_remote_write_requests"))
}

func TestOldestGoes(t *testing.T) {
	b := newBackend(t)
	b.answer(503, "")
	cfg := testConfig(b)
	cfg.Queue.QueueSize = 2
	s := start(t, cfg, componenttest.NewNopHost())
	s.consume(t, "a")
	assert.Eventually(t, func() bool { return b.requests() > 0 }, patience, time.Millisecond)
	s.consume(t, "b", "c")
	b.answer(204, "")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"a", "c"}, trimTotal(b.taken()))
	assert.Equal(t, map[string]int64{"queue_full": 1}, s.nonZero(t, "exporter_remote_write_dropped_flushes"))
	assert.Equal(t, map[string]int64{"queue_full": 1}, s.nonZero(t, "exporter_remote_write_lost_samples"))
	assert.Equal(t, map[string]int64{"queue_full": 1}, s.nonZero(t, "exporter_send_failed_metric_points"))
}

// A stop ends in time and says what is lost.
func TestStopWhileAway(t *testing.T) {
	b := newBackend(t)
	b.answer(503, "")
	cfg := testConfig(b)
	cfg.ShutdownTimeout = minTimeout
	s := start(t, cfg, componenttest.NewNopHost())
	s.consume(t, "a", "b")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, map[string]int64{"shutdown": 2}, s.nonZero(t, "exporter_remote_write_lost_samples"))
	assert.Equal(t, map[string]int64{"shutdown": 2}, s.nonZero(t, "exporter_send_failed_metric_points"))
}

func TestNotRunning(t *testing.T) {
	b := newBackend(t)
	e, err := NewFactory().CreateMetrics(t.Context(), exportertest.NewNopSettings(metadata.Type), testConfig(b))
	require.NoError(t, err)
	require.ErrorIs(t, e.ConsumeMetrics(t.Context(), counter("a")), errStopped)
	require.NoError(t, e.Shutdown(t.Context()))

	s := start(t, testConfig(b), componenttest.NewNopHost())
	require.NoError(t, s.Shutdown(t.Context()))
	require.ErrorIs(t, s.ConsumeMetrics(t.Context(), counter("a")), errStopped)
}

// A caller whose time is over has its metrics queued all the same.
func TestCanceledCaller(t *testing.T) {
	b := newBackend(t)
	s := start(t, testConfig(b), componenttest.NewNopHost())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, s.ConsumeMetrics(ctx, counter("a")))
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"a"}, trimTotal(b.taken()))
}

const patience = time.Minute
