// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/prompb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promtest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// TestRefusedSample has Prometheus refuse one series: it already has a later
// sample of it. All others go on.
func TestRefusedSample(t *testing.T) {
	for _, protocol := range []string{"1.0", "2.0"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			o := startOutage(t, map[string]string{"REMOTE_WRITE_PROTOCOL": protocol})
			o.load(t)
			o.queues(t)
			o.empties(t)
			series, err := o.prometheus.Series(t.Context(), requests)
			require.NoError(t, err)
			require.Greater(t, len(series), 10)
			writeSample(t, o.prometheus, series[0], time.Now().Add(time.Minute))

			o.load(t)
			o.queues(t)
			o.empties(t)
			a := o.account(t, ofSamples) // each flush loses one more
			assert.Positive(t, a.sum(lost))
			assert.Less(t, a.sum(lost), 100, "one for each flush")
			assert.Equal(t, a.sum(lost), a.sum(lost, "out_of_order"))
			o.becomes(t, float64(o.sent), "sum(istio_request_bytes_count)")
			require.NoError(t, o.Stop())
		})
	}
}

// writeSample writes a sample of a series, as another writer would.
func writeSample(t *testing.T, p *testbed.Prometheus, labels map[string]string, at time.Time) {
	t.Helper()
	series := prompb.TimeSeries{Samples: []prompb.Sample{{Value: 1, Timestamp: at.UnixMilli()}}}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		series.Labels = append(series.Labels, prompb.Label{Name: name, Value: labels[name]})
	}
	require.Equal(t, http.StatusNoContent, promtest.Write(t, p.Client, series))
}
