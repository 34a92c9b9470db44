// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

const (
	// alertWindow is some flush intervals, as five minutes are at the one shipped.
	alertWindow = 20 * time.Second
	blockedOnes = `istio_tcp_connections_closed_total{destination_service_name="BlackHoleCluster"}`
	buildInfo   = "otelcol_istio_build_info"
)

// TestOneBlockedConnection has one blocked connection before a restart, and one
// after it. increase shows each from the flush that brings it, as long as its zero is
// in the window, and nothing else. How much more than one it shows follows from when
// the samples came, so that a flush may be late.
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
	shown, exact := 0, 0
	for at := first.Add(-time.Second); at.Before(last.Add(alertWindow + 3*time.Second)); at = at.Add(100 * time.Millisecond) {
		increase := increaseAt(t, p, at)
		in := window(samples, at)
		events := float64(eventsIn(in))
		assert.GreaterOrEqual(t, increase, events*.999999, "at %v", at)
		assert.LessOrEqual(t, increase, events*extrapolation(in, at)*1.000001, "at %v", at)
		shown += int(events)
	}
	assert.Positive(t, shown)
	// At a flush nothing is extrapolated.
	for _, sample := range samples {
		if in := window(samples, sample.Time); len(in) > 1 && in[0].Value == 0 {
			assert.InDelta(t, eventsIn(in), increaseAt(t, p, sample.Time), 1e-6)
			exact++
		}
	}
	assert.Positive(t, exact)

	info, err := p.Samples(t.Context(), buildInfo, wholeTest)
	require.NoError(t, err)
	require.Len(t, info, 1)
	for _, sample := range samples {
		if sample.Value != 0 {
			assert.Contains(t, info[0].Samples, promclient.Point{Time: sample.Time, Value: 1}, "in each flush")
		}
	}
}

func increaseAt(t *testing.T, p *testbed.Prometheus, at time.Time) float64 {
	t.Helper()
	v, err := p.QueryAt(t.Context(), "sum(increase("+blockedOnes+"["+alertWindow.String()+"]))", at)
	require.NoError(t, err)
	return v.Sum()
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

// window gives the samples that a window has which ends at a time.
func window(samples []promclient.Point, at time.Time) (in []promclient.Point) {
	for _, p := range samples {
		if p.Time.After(at.Add(-alertWindow)) && !p.Time.After(at) {
			in = append(in, p)
		}
	}
	return in
}

// eventsIn counts the zeros that a value came after.
func eventsIn(in []promclient.Point) (n int) {
	for i := 1; i < len(in); i++ {
		if in[i-1].Value == 0 && in[i].Value > 0 {
			n++
		}
	}
	return n
}

// extrapolation is the most that increase multiplies what it sees by: Prometheus takes
// the samples for the time to either end of the window, too, if that is less than 1.1
// of their mean distances. See extrapolatedRate in its promql/functions.go. It takes
// nothing before a zero: counters are not negative.
func extrapolation(in []promclient.Point, at time.Time) float64 {
	if len(in) < 2 {
		return 0
	}
	first, last := in[0], in[len(in)-1]
	sampled := last.Time.Sub(first.Time)
	most := 1.1 * sampled.Seconds() / float64(len(in)-1)
	more := min(at.Sub(last.Time).Seconds(), most)
	if first.Value > 0 {
		more += min(first.Time.Sub(at.Add(-alertWindow)).Seconds(), most)
	}
	return 1 + more/sampled.Seconds()
}
