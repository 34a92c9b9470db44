// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
)

// crashesVariable is how often TestCrashes kills the gateway.
const (
	crashesVariable = "CRASHES"
	fewCrashes      = 3
	// lostTime is what a crash may lose of what was accepted.
	lostTime = time.Second
)

// stream sends records all the time and knows which were accepted, and when.
type stream struct {
	mu       sync.Mutex
	sent     int
	accepted []acceptance
	// late is how much later than it wanted to the test went on, at most since the last
	// look: the gateway may have been as late with a save.
	late time.Duration
}

type acceptance struct {
	at      time.Time
	records int
}

// run sends until the context ends.
func (s *stream) run(ctx context.Context, endpoint string) {
	const pause = 10 * time.Millisecond
	for ctx.Err() == nil {
		s.mu.Lock()
		f := flood.Flood{Kind: flood.Requests, First: s.sent, Records: 10, Destinations: 30, PerRequest: 10, Workloads: 1, Workload: "w"}
		s.sent += f.Records
		s.mu.Unlock()
		// One that the crash cuts off is not sent again: it may have been counted.
		err := f.Send(ctx, endpoint)
		before := time.Now()
		s.mu.Lock()
		if err == nil {
			s.accepted = append(s.accepted, acceptance{before, f.Records})
		}
		s.mu.Unlock()
		time.Sleep(pause)
		s.mu.Lock()
		s.late = max(s.late, time.Since(before)-pause)
		s.mu.Unlock()
	}
}

// acceptedBefore counts what was accepted since the last call, and before a time. The
// time may depend on how late the test was since then.
func (s *stream) acceptedBefore(at func(late time.Duration) time.Time) (records int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := at(s.late)
	for _, a := range s.accepted {
		if a.at.Before(limit) {
			records += a.records
		}
	}
	s.accepted, s.late = nil, 0
	return records
}

// TestCrashes kills the gateway at random moments under load, again and again. What
// was accepted more than a second before is counted, nothing is counted twice, and no
// series goes back.
func TestCrashes(t *testing.T) {
	crashes := fewCrashes
	if set := os.Getenv(crashesVariable); set != "" {
		var err error
		crashes, err = strconv.Atoi(set)
		require.NoError(t, err)
	}
	t.Parallel()
	o := startOutage(t, nil, storageFile)
	var s stream
	least := 0
	for i := range crashes + 1 {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { s.run(ctx, o.OTLP) })
		time.Sleep(500*time.Millisecond + time.Duration(rand.Int64N(int64(2500*time.Millisecond))))
		if i == crashes {
			cancel()
			wg.Wait()
			break
		}
		killed := time.Now()
		require.NoError(t, o.Process.Kill())
		cancel()
		wg.Wait()
		least += s.acceptedBefore(func(late time.Duration) time.Time { return killed.Add(-lostTime - late) })
		o.start(t, o.prometheus, storageFile)
	}
	o.empties(t)
	assert.Zero(t, o.telemetry(t, "otelcol_connector_istio_metrics_state_set_aside", ""))
	assert.Zero(t, o.telemetry(t, "otelcol_connector_istio_egress_state_set_aside", ""))
	assert.Zero(t, o.telemetry(t, "otelcol_processor_istio_labels_state_set_aside", ""))
	require.NoError(t, o.Stop())
	// What the last life accepted is there: it was stopped.
	least += s.acceptedBefore(func(time.Duration) time.Time { return time.Now() })

	for _, metric := range []string{requests, egressRequests} {
		total := o.value(t, "sum(last_over_time("+metric+"[1h]))")
		t.Logf("sent %d, accepted early enough %d, counted %v as %s", s.sent, least, total, metric)
		assert.LessOrEqual(t, total, float64(s.sent), metric)
		assert.GreaterOrEqual(t, total, float64(least), metric)
	}
	o.neverGoesBack(t)
}

// neverGoesBack checks that no series has a sample that is lower than the one before.
func (o *outage) neverGoesBack(t *testing.T) {
	t.Helper()
	for _, metric := range []string{requests, egressRequests, "istio_request_bytes_count", "istio_request_duration_milliseconds_sum"} {
		o.neverFalls(t, metric)
	}
}

func (g *gateway) neverFalls(t *testing.T, metric string) {
	t.Helper()
	ranges := g.samples(t, metric)
	require.NotEmpty(t, ranges)
	for _, r := range ranges {
		for i := 1; i < len(r.Samples); i++ {
			require.GreaterOrEqual(t, r.Samples[i].Value, r.Samples[i-1].Value, "%s at %v", metric, r.Samples[i].Time)
		}
	}
}

// TestStopsAreExact stops the gateway again and again, with Prometheus there and away.
func TestStopsAreExact(t *testing.T) {
	t.Parallel()
	o := startOutage(t, nil, storageFile)
	for i := range 4 {
		if i%2 == 1 {
			o.front.set(away)
		}
		o.load(t)
		require.NoError(t, o.Stop())
		o.front.set(nil)
		o.start(t, o.prometheus, storageFile)
	}
	o.load(t)
	o.empties(t)
	require.NoError(t, o.Stop())
	for _, metric := range []string{requests, egressRequests} {
		assert.InDelta(t, o.sent, o.value(t, "sum(last_over_time("+metric+"[1h]))"), 0, metric)
	}
	o.neverGoesBack(t)
}
