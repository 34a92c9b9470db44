// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
)

// outageVariable makes TestLongOutage as long as a real outage; its flushes then
// come at the interval that is shipped.
const outageVariable = "OUTAGE"

const (
	shortOutage        = 20 * time.Second
	shortFlushInterval = "1s"
	// rampUp is an outage's first part, in which buffers grow.
	rampUp = 4
	// flatMiB is what memory may grow by after it.
	flatMiB int64 = 64
	// catchUp bounds the time in which a busy machine sends all that was queued.
	catchUp = 3 * time.Minute
)

// TestLongOutage has Prometheus away under load. Memory stays flat, since the
// disk holds the queue, and nothing is missing afterwards.
func TestLongOutage(t *testing.T) {
	duration, env := shortOutage, map[string]string{"FLUSH_INTERVAL": shortFlushInterval, "GC_PERCENT": "100"}
	if set := os.Getenv(outageVariable); set != "" {
		var err error
		duration, err = time.ParseDuration(set)
		require.NoError(t, err)
		env = map[string]string{"FLUSH_INTERVAL": "15s", "GC_PERCENT": "100"}
	}
	t.Parallel()
	o := startOutage(t, env, storageFile)
	load := func() {
		// Up to 200 sets of labels: 14 000 series.
		f := flood.Flood{Kind: flood.Requests, First: o.sent, Records: 1000, Destinations: 20, PerRequest: 10, Workloads: 10, Workload: "w"}
		o.flood(t, f)
		o.sent += f.Records
	}
	load()
	o.queuesWithin(t, catchUp)
	o.front.set(away)
	began := time.Now()
	var first int64
	for time.Since(began) < duration {
		load()
		time.Sleep(time.Second)
		if first == 0 && time.Since(began) > duration/rampUp {
			first = o.resident(t)
		}
	}
	last := o.resident(t)
	flushes := o.telemetry(t, queueSize, "")
	bytes := o.telemetry(t, "otelcol_exporter_remote_write_queue_bytes", "")
	file, err := os.Stat(filepath.Join(o.env["STATE_DIRECTORY"], "exporter_remote_write__queue"))
	require.NoError(t, err)
	back := time.Now()
	o.front.set(nil)
	o.emptiesWithin(t, catchUp)
	t.Logf("away for %v: %d flushes queued, %d KiB, %d KiB a flush, file %d KiB; resident %d MiB after a quarter, %d MiB at the end; sent in %v",
		duration, flushes, bytes>>10, bytes/max(flushes, 1)>>10, file.Size()>>10, first>>20, last>>20, time.Since(back).Round(time.Millisecond))
	assert.LessOrEqual(t, last, first+flatMiB<<20)
	assert.Zero(t, o.telemetry(t, lostSamples, ""))
	require.NoError(t, o.Stop())
	assert.InDelta(t, o.sent, o.total(t), 0)
}

func (o *outage) resident(t *testing.T) int64 {
	t.Helper()
	u, err := o.Process.Usage()
	require.NoError(t, err)
	return u.RSS
}
