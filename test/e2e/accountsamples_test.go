// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAccountOfLogFiles is TestAccount for lines that a Collector reads on a node.
func TestAccountOfLogFiles(t *testing.T) {
	t.Parallel()
	n := newNode(t, map[string]string{"START_AT": "beginning"})
	n.start()
	g := &gateway{Gateway: n.Gateway, prometheus: n.prometheus}
	log := newPodLog(t, n.logs, "shop", "web-7656cf8794-cgsm5", containerd)
	for line, times := range map[string]int{
		recordedLine(t, "blocked request"): 3, recordedLine(t, "allowed connection"): 4, ztunnelLine: 5, inMeshLine[:len(inMeshLine)/2]: 6,
	} {
		for range times {
			log.write(line)
		}
	}
	want := with(
		account{accepted + "{}": 3 + 4 + 5 + 6}, account{verdicts + "{http}": 3, verdicts + "{tcp}": 4, outcomes + "{counted}": 7},
		account{verdicts + "{not_understood_format}": 5, verdicts + "{not_understood_text}": 6, outcomes + "{no_contract}": 11},
	)
	assert.Equal(t, want, g.adds(t, account{}, accountRow{want: want}))
	assert.Empty(t, g.account(t, append([]string{ledger}, ofRecords...)).unequal(3+4+5+6, true))
	g.samplesAddUp(t)
	n.stop()
	assert.InDelta(t, 3, g.value(t, "sum(last_over_time("+requests+"[1h]))"), 0)
	assert.InDelta(t, 4, g.value(t, "sum(last_over_time("+closed+"[1h]))"), 0)
}

// TestAccountOfAnOutage has more flushes than the queue holds. Each of their samples is
// in the account, and no record is missing in the end.
func TestAccountOfAnOutage(t *testing.T) {
	t.Parallel()
	const dropped = "otelcol_exporter_remote_write_dropped_flushes"
	// All flushes are of one connector, and so of one size.
	o := startOutage(t, nil, overlay(t, "exporters: {remote_write: {sending_queue: {queue_size: 2}}}"), "yaml:service::pipelines::metrics::receivers: [istio_metrics]")
	o.load(t)
	o.queues(t) // no series begins after that
	o.empties(t)
	o.front.set(away)
	for deadline := time.Now().Add(settleTimeout); o.telemetry(t, dropped, "") < 3; time.Sleep(pollInterval) {
		require.True(t, time.Now().Before(deadline), "the queue is never full")
	}
	a := o.samplesAddUp(t)
	each := o.telemetry(t, "otelcol_connector_istio_metrics_series", "") + 1 // otelcol_istio_build_info
	assert.Positive(t, a.sum(lost))
	assert.Equal(t, a.sum(lost), a.sum(lost, "queue_full"))
	assert.Zero(t, a.sum(lost)%each, "whole flushes of %d samples: %v", each, a)
	assert.Zero(t, a.sum(waiting)%each, "whole flushes of %d samples: %v", each, a)
	o.load(t)
	o.front.set(nil)
	o.empties(t)
	o.samplesAddUp(t)
	assert.Equal(t, o.sent, o.account(t, ofRecords).sum(outcomes, "counted"))
	require.NoError(t, o.Stop())
	assert.InDelta(t, o.sent, o.total(t), 0)
}

// TestAccountOverAStop ends the gateway while Prometheus is away: what waits is in the
// account of the next life.
func TestAccountOverAStop(t *testing.T) {
	t.Parallel()
	o := startOutage(t, nil, storageFile)
	o.load(t)
	o.queues(t)
	o.front.set(away)
	o.load(t)
	o.queues(t)
	first := o.samplesAddUp(t)
	assert.Positive(t, first.sum(waiting))
	records := o.account(t, ofRecords).sum(outcomes, "counted")
	assert.Equal(t, o.sent, records)
	require.NoError(t, o.Stop())

	o.start(t, o.prometheus, storageFile)
	second := o.samplesAddUp(t)
	assert.GreaterOrEqual(t, second.sum(queued), first.sum(waiting), "what was there before")
	assert.Zero(t, second.sum(sentSamples))
	o.load(t)
	o.front.set(nil)
	o.empties(t)
	second = o.samplesAddUp(t)
	assert.Zero(t, second.sum(lost))
	assert.Zero(t, second.sum(waiting))
	records += o.account(t, ofRecords).sum(outcomes, "counted")
	assert.Equal(t, o.sent, records)
	require.NoError(t, o.Stop())
	assert.InDelta(t, records, o.total(t), 0)
}
