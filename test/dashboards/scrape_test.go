// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/prompb"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promtest"
)

// scrape reads a page of metrics, as Prometheus does, and stores it with labels.
func scrape(t *testing.T, url string, prometheus *promclient.Client, target map[string]string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	require.NoError(t, err)

	at := time.Now()
	all := []prompb.TimeSeries{series("up", target, nil, 1, at)}
	for name, family := range families {
		for _, m := range family.Metric {
			if value, ok := valueOf(m); ok {
				all = append(all, series(name, target, m.Label, value, at))
			}
		}
	}
	require.Equal(t, http.StatusNoContent, promtest.Write(t, prometheus, all...))
}

// valueOf leaves histograms out, of which the dashboards ask nothing.
func valueOf(m *dto.Metric) (float64, bool) {
	switch {
	case m.Counter != nil:
		return m.Counter.GetValue(), true
	case m.Gauge != nil:
		return m.Gauge.GetValue(), true
	case m.Untyped != nil:
		return m.Untyped.GetValue(), true
	default:
		return 0, false
	}
}

func series(name string, target map[string]string, own []*dto.LabelPair, value float64, at time.Time) prompb.TimeSeries {
	labels := maps.Clone(target)
	labels["__name__"] = name
	for _, l := range own {
		labels[l.GetName()] = l.GetValue()
	}
	made := prompb.TimeSeries{Samples: []prompb.Sample{{Value: value, Timestamp: at.UnixMilli()}}}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		made.Labels = append(made.Labels, prompb.Label{Name: key, Value: labels[key]})
	}
	return made
}
