// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
)

// queueVariable is the size of the queue, in MiB. To fill what is shipped, 64, takes a
// machine to itself. With a part of it there are fewer series, and all else is the same.
const (
	queueVariable = "QUEUE_MIB"
	smallQueueMiB = 2
	shippedMiB    = 64
	// heldSamples are what the queue holds as it is shipped: docs/operations.md says 2.5
	// minutes of 100 000 series, which is ten flushes.
	heldSamples = 10 * 100_000
)

// TestOutageAndQueue has Prometheus away for less time than the queue lasts, and for
// more. Flushes come every second.
func TestOutageAndQueue(t *testing.T) {
	mib := smallQueueMiB
	if set := os.Getenv(queueVariable); set != "" {
		var err error
		mib, err = strconv.Atoi(set)
		require.NoError(t, err)
	}
	t.Parallel()
	held := heldSamples * mib / shippedMiB
	o := startOutage(t, map[string]string{"REMOTE_WRITE_QUEUE_MIB": strconv.Itoa(mib)})
	load := func() {
		f := flood.Flood{Kind: flood.Requests, First: o.sent, Records: 5000, Destinations: 3 + mib, PerRequest: 100, Workloads: 6, Workload: "w"}
		o.flood(t, f)
		o.sent += f.Records
	}
	born := func(workload string) {
		o.flood(t, flood.Flood{Kind: flood.Requests, Records: 1, Destinations: 1, PerRequest: 1, Workloads: 1, Workload: workload})
		o.sent++
	}
	until := func(what string, done func(account) bool) (a account) {
		for deadline := time.Now().Add(catchUp); ; time.Sleep(pollInterval) {
			if a = o.account(t, ofSamples); done(a) {
				return a
			}
			require.True(t, time.Now().Before(deadline), what)
		}
	}
	// A flush may always be under way.
	caughtUp := func() {
		series := o.telemetry(t, "otelcol_connector_istio_metrics_series", "")
		until("it is always behind", func(a account) bool { return a.sum(waiting) < 2*series })
	}
	load()
	o.queuesWithin(t, catchUp)
	caughtUp()

	o.front.set(away)
	born("below")
	// Once Prometheus is back the exporter may wait for five more flushes.
	below := until("the queue never gets full", func(a account) bool { return a.sum(waiting) > held/2 })
	load()
	back := time.Now()
	o.front.set(nil)
	caughtUp()
	assert.Zero(t, o.account(t, ofSamples).sum(lost), "all arrives")
	samples := o.samples(t, requests+`{source_workload="below0"}`)
	require.Len(t, samples, 1)
	assert.Equal(t, []float64{0, 1}, valuesOf(samples[0].Samples), "the zero, too")
	t.Logf("%d samples waited, and were sent in %v", below.sum(waiting), time.Since(back).Round(time.Millisecond))

	o.front.set(away)
	// The flush that is being sent stays: a series that is born later loses its zero.
	series := o.telemetry(t, "otelcol_connector_istio_metrics_series", "")
	until("nothing waits", func(a account) bool { return a.sum(waiting) > 2*series })
	born("beyond")
	beyond := until("nothing is ever lost", func(a account) bool { return a.sum(lost) > 5*series })
	load()
	o.front.set(nil)
	caughtUp()
	after := o.samplesAddUp(t)
	assert.Equal(t, after.sum(lost), after.sum(lost, "queue_full"))
	assert.Greater(t, beyond.sum(waiting), held*9/10)
	samples = o.samples(t, requests+`{source_workload="beyond0"}`)
	require.Len(t, samples, 1)
	assert.Equal(t, []float64{1}, valuesOf(samples[0].Samples), "its zero was in a flush that is lost")
	t.Logf("%d samples waited, %d are lost", beyond.sum(waiting), after.sum(lost))
	require.NoError(t, o.Stop())
	assert.InDelta(t, o.sent, o.total(t), 0, "counts are not lost")
}
