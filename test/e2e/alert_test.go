// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

const (
	// alertWindow is some flush intervals, as five minutes are at the one shipped.
	alertWindow = 20 * time.Second
	blockedOnes = `istio_tcp_connections_closed_total{destination_service_name="BlackHoleCluster"}`
	buildInfo   = "otelcol_istio_build_info"
)

// TestOneBlockedConnection has one blocked connection before a restart, and one
// after it. increase shows each from the flush that brings it, as long as its zero is
// in the window, and nothing else.
func TestOneBlockedConnection(t *testing.T) {
	t.Parallel()
	p := startPrometheus(t)
	env := map[string]string{"INSTANCE_ID": t.Name()}
	for range 2 {
		g := startGatewayBefore(t, p, env)
		g.becomes(t, 1, "min("+buildInfo+`{version!=""})`) // while nothing is counted
		g.flood(t, flood.Flood{Kind: flood.Blocked, Records: 1, Destinations: 1, PerRequest: 1, Workloads: 1, Workload: "w"})
		time.Sleep(3 * time.Second)
		require.NoError(t, g.Stop())
	}

	ranges, err := p.Samples(t.Context(), blockedOnes, wholeTest)
	require.NoError(t, err)
	require.Len(t, ranges, 1)
	samples := ranges[0].Samples
	assert.Equal(t, []float64{0, 1, 0, 1}, valuesOf(samples))
	first, last := samples[0].Time, samples[len(samples)-1].Time
	shown := 0
	for at := first.Add(-time.Second); at.Before(last.Add(alertWindow + 3*time.Second)); at = at.Add(100 * time.Millisecond) {
		v, err := p.QueryAt(t.Context(), "sum(increase("+blockedOnes+"["+alertWindow.String()+"]))", at)
		require.NoError(t, err)
		events := float64(eventsIn(samples, at))
		assert.GreaterOrEqual(t, v.Sum(), events*.999999, "at %v", at)
		assert.LessOrEqual(t, v.Sum(), 2*events, "at %v", at)
		shown += int(events)
	}
	assert.Positive(t, shown)

	info, err := p.Samples(t.Context(), buildInfo, wholeTest)
	require.NoError(t, err)
	require.Len(t, info, 1)
	for _, sample := range samples {
		if sample.Value != 0 {
			assert.Contains(t, info[0].Samples, promclient.Point{Time: sample.Time, Value: 1}, "in each flush")
		}
	}
}

// valuesOf lists the values of samples, those that repeat once.
func valuesOf(samples []promclient.Point) (values []float64) {
	for i, p := range samples {
		if i == 0 || p.Value != samples[i-1].Value {
			values = append(values, p.Value)
		}
	}
	return values
}

// eventsIn counts the zeros in the window that a value came after.
func eventsIn(samples []promclient.Point, at time.Time) (n int) {
	for i, p := range samples[:len(samples)-1] {
		if p.Value == 0 && p.Time.After(at.Add(-alertWindow)) && !samples[i+1].Time.After(at) {
			n++
		}
	}
	return n
}
