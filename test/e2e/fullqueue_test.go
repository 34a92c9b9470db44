// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// smallQueue lets each record be a batch, and the queue hold one of them.
const smallQueue = `yaml:{processors: {batch: {timeout: 1ms, send_batch_size: 1}},
exporters: {otlp_grpc: {timeout: 1m, sending_queue: {queue_size: 1, num_consumers: 1}}}}`

// beside is the shape that config/compose.yaml warns of.
const beside = `yaml:service::pipelines::logs::exporters: [istio_metrics, forward, otlp_grpc]`

// TestFullQueue sends records as a Collector does, which sends again what was
// refused, while the queue of the other exporter is full. In the shape of
// config/compose.yaml each record counts once.
func TestFullQueue(t *testing.T) {
	const records = 46
	g := startWithFullQueue(t, smallQueue)
	sent := g.send(t, records)
	assert.Equal(t, records, sent, "nothing is refused")
	g.counts(t, records)
	refused, err := g.Metric(t.Context(), "otelcol_exporter_enqueue_failed_log_records", "")
	require.NoError(t, err)
	assert.Positive(t, refused, "else the queue was not full")
}

// With the exporter beside istio_metrics a record counts as often as it is sent.
// This shows that TestFullQueue can fail.
func TestFullQueueBeside(t *testing.T) {
	const records = 46
	g := startWithFullQueue(t, smallQueue, beside)
	sent := g.send(t, records)
	assert.Greater(t, sent, records, "some are refused")
	g.counts(t, sent)
}

func startWithFullQueue(t *testing.T, configs ...string) *composed {
	t.Helper()
	g := startComposed(t, serveLogs(t, &hangingBackend{}), configs...)
	// Its queue holds what the backend never takes: it is not stopped in order.
	t.Cleanup(func() { assert.NoError(t, g.Process.Kill()) })
	return g
}

// send sends requests of one record, each up to three times until it is taken.
// It returns how often it sent.
func (g *composed) send(t *testing.T, records int) (sent int) {
	t.Helper()
	client, err := otlpclient.Dial(g.OTLP)
	require.NoError(t, err)
	defer client.Close()
	for range records {
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), settleTimeout)
			err = client.Send(ctx, oneRequest(t))
			cancel()
			sent++
			if err == nil {
				break
			}
		}
	}
	return sent
}

// counts waits until the requests are counted, and checks that it stays so.
func (g *composed) counts(t *testing.T, want int) {
	t.Helper()
	require.Eventually(t, func() bool { return g.requests(t) >= want }, settleTimeout, pollInterval)
	time.Sleep(5 * pollInterval)
	assert.Equal(t, want, g.requests(t))
}

func (g *composed) requests(t *testing.T) int {
	t.Helper()
	sum, err := testbed.ScrapedMetric(t.Context(), g.scrapeURL, requests, "")
	require.NoError(t, err)
	return int(sum)
}

func oneRequest(t *testing.T) plog.Logs {
	t.Helper()
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	require.NoError(t, record.Attributes().FromRaw(map[string]any{
		"access_log_type": "DownstreamEnd", "method": "GET", "authority": "e3.example", "route_name": "allow_any",
		"upstream_cluster_raw": "PassthroughCluster", "response_code": "200", "response_flags": "-",
	}))
	return logs
}

// hangingBackend takes a request and does not answer.
type hangingBackend struct {
	plogotlp.UnimplementedGRPCServer
}

// Export ends when its client goes away.
func (*hangingBackend) Export(ctx context.Context, _ plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	<-ctx.Done()
	return plogotlp.NewExportResponse(), ctx.Err()
}
