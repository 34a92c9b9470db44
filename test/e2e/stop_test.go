// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
)

// slowly returns the address of a server that passes requests on to another
// after a time.
func slowly(t *testing.T, server string, d time.Duration) string {
	t.Helper()
	target, err := url.Parse(server)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: target.Scheme, Host: target.Host})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			proxy.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(slow.Close)
	return slow.URL + target.Path
}

// TestStopBeforeASlowPrometheus stops a gateway whose queue of flushes is full,
// because Prometheus takes longer for a write than the time between two flushes. There
// is room for the one that is being sent, and for the last one of each connector.
func TestStopBeforeASlowPrometheus(t *testing.T) {
	p := startPrometheus(t)
	g := startGatewayBefore(t, p, map[string]string{
		"REMOTE_WRITE_ENDPOINT": slowly(t, p.WriteURL(), 2500*time.Millisecond),
		"FLUSH_INTERVAL":        "1s",
	}, overlay(t, "exporters: {remote_write: {sending_queue: {queue_size: 3}}}"))
	load := flood.Flood{Kind: flood.Requests, Records: 5000, Destinations: 5, PerRequest: 100, Workloads: 4, Workload: "w"}
	sent := 0
	send := func() {
		load.First = sent
		g.flood(t, load)
		sent += load.Records
	}
	// Several flushes have no room while it runs.
	const dropped = 3
	for deadline := time.Now().Add(settleTimeout); g.telemetry(t, "otelcol_exporter_remote_write_dropped_flushes", "") < dropped; time.Sleep(pollInterval) {
		require.True(t, time.Now().Before(deadline), "the queue is never full")
		send()
	}
	send()
	require.NoError(t, g.Stop())
	assert.InDelta(t, sent, g.value(t, "sum(last_over_time("+requests+"[1h]))"), 0)
	assert.InDelta(t, sent, g.value(t, "sum(last_over_time(istio_request_bytes_count[1h]))"), 0)
}
