// SPDX-License-Identifier: Apache-2.0

package promserver_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promtest"
)

// lbls takes names and values in turn, in the order that remote write demands.
func lbls(pairs ...string) []prompb.Label {
	var ls []prompb.Label
	for i := 0; i < len(pairs); i += 2 {
		ls = append(ls, prompb.Label{Name: pairs[i], Value: pairs[i+1]})
	}
	return ls
}

func sample(at time.Time, v float64) []prompb.Sample {
	return []prompb.Sample{{Timestamp: at.UnixMilli(), Value: v}}
}

func TestQuery(t *testing.T) {
	c, now := promtest.Serve(t), time.Now()
	require.Equal(t, http.StatusNoContent, promtest.Write(t, c,
		prompb.TimeSeries{Labels: lbls("__name__", "istio_requests_total", "response_code", "200"), Samples: sample(now, 3)},
		prompb.TimeSeries{Labels: lbls("__name__", "istio_requests_total", "response_code", "502"), Samples: sample(now, 4)},
	))

	v, err := c.Query(t.Context(), `istio_requests_total{response_code="502"}`)
	require.NoError(t, err)
	require.Len(t, v, 1)
	assert.Equal(t, map[string]string{"__name__": "istio_requests_total", "response_code": "502"}, v[0].Labels)
	assert.Equal(t, `istio_requests_total{response_code="502"} 4`, v.String())

	sum, err := c.Value(t.Context(), `sum(istio_requests_total)`)
	require.NoError(t, err)
	assert.InDelta(t, 7, sum, 0)

	scalar, err := c.Value(t.Context(), `1 + 1`)
	require.NoError(t, err)
	assert.InDelta(t, 2, scalar, 0)

	nothing, err := c.Query(t.Context(), `nothing`)
	require.NoError(t, err)
	assert.Empty(t, nothing)

	past, err := c.QueryAt(t.Context(), `istio_requests_total`, now.Add(-time.Hour))
	require.NoError(t, err)
	assert.Empty(t, past)

	_, err = c.Value(t.Context(), `istio_requests_total`)
	require.ErrorContains(t, err, "2 series, want one")
	_, err = c.Query(t.Context(), `sum(`)
	require.ErrorContains(t, err, "bad_data")
	_, err = c.Query(t.Context(), `{__name__="istio_requests_total"} + on() istio_requests_total`)
	require.ErrorContains(t, err, "execution")
}

func TestQueryInfinityAndNotANumber(t *testing.T) {
	c := promtest.Serve(t)
	v, err := c.Value(t.Context(), `1/0`)
	require.NoError(t, err)
	assert.True(t, math.IsInf(v, 1))
	v, err = c.Value(t.Context(), `0/0`)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(v))
}

func TestStaleMarkerEndsSeries(t *testing.T) {
	c, now := promtest.Serve(t), time.Now()
	series := lbls("__name__", "m")
	promtest.Write(t, c, prompb.TimeSeries{Labels: series, Samples: sample(now.Add(-2*time.Second), 1)})
	v, err := c.Query(t.Context(), "m")
	require.NoError(t, err)
	assert.Len(t, v, 1)

	promtest.Write(t, c, prompb.TimeSeries{Labels: series, Samples: sample(now.Add(-time.Second), math.Float64frombits(value.StaleNaN))})
	v, err = c.Query(t.Context(), "m")
	require.NoError(t, err)
	assert.Empty(t, v)
}

func TestWriteRefusesOlderSample(t *testing.T) {
	c, now := promtest.Serve(t), time.Now()
	series := lbls("__name__", "m")
	assert.Equal(t, http.StatusNoContent, promtest.Write(t, c, prompb.TimeSeries{Labels: series, Samples: sample(now, 2)}))
	assert.Equal(t, http.StatusBadRequest, promtest.Write(t, c, prompb.TimeSeries{Labels: series, Samples: sample(now.Add(-time.Second), 1)}))
}

func TestNativeHistogram(t *testing.T) {
	c := promtest.Serve(t)
	promtest.Write(t, c, prompb.TimeSeries{
		Labels: lbls("__name__", "istio_request_bytes"),
		Histograms: []prompb.Histogram{{
			Timestamp:      time.Now().UnixMilli(),
			Count:          &prompb.Histogram_CountInt{CountInt: 3},
			Sum:            12,
			Schema:         0,
			ZeroThreshold:  1e-128,
			ZeroCount:      &prompb.Histogram_ZeroCountInt{ZeroCountInt: 0},
			PositiveSpans:  []prompb.BucketSpan{{Offset: 2, Length: 1}},
			PositiveDeltas: []int64{3},
		}},
	})
	count, err := c.Value(t.Context(), `istio_request_bytes`)
	require.NoError(t, err)
	assert.InDelta(t, 3, count, 0)
	sum, err := c.Value(t.Context(), `histogram_sum(istio_request_bytes)`)
	require.NoError(t, err)
	assert.InDelta(t, 12, sum, 0)
}

func TestSeriesAndLabels(t *testing.T) {
	c, now := promtest.Serve(t), time.Now()
	promtest.Write(t, c,
		prompb.TimeSeries{Labels: lbls("__name__", "a", "x", "1"), Samples: sample(now, 1)},
		prompb.TimeSeries{Labels: lbls("__name__", "b", "x", "2"), Samples: sample(now, 1)},
	)
	sets, err := c.Series(t.Context(), "a", `{x=~".+"}`)
	require.NoError(t, err)
	assert.ElementsMatch(t, []map[string]string{{"__name__": "a", "x": "1"}, {"__name__": "b", "x": "2"}}, sets)

	values, err := c.LabelValues(t.Context(), "x")
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, values)

	var names []string
	get(t, c, "/api/v1/labels", url.Values{"match[]": {"a"}}, &names)
	assert.Equal(t, []string{"__name__", "x"}, names)

	_, err = c.Series(t.Context(), "a b")
	require.ErrorContains(t, err, "match[]")
}

func TestQueryRange(t *testing.T) {
	c, start := promtest.Serve(t), time.Now().Add(-time.Minute).Truncate(time.Second)
	series := lbls("__name__", "m")
	promtest.Write(t, c, prompb.TimeSeries{Labels: series, Samples: append(sample(start, 1), sample(start.Add(10*time.Second), 2)...)})
	var data struct {
		ResultType string
		Result     []struct{ Values [][2]any }
	}
	get(t, c, "/api/v1/query_range", url.Values{
		"query": {"m"}, "step": {"10s"},
		"start": {start.Format(time.RFC3339)}, "end": {start.Add(10 * time.Second).Format(time.RFC3339)},
	}, &data)
	assert.Equal(t, "matrix", data.ResultType)
	require.Len(t, data.Result, 1)
	assert.Equal(t, [][2]any{{float64(start.Unix()), "1"}, {float64(start.Unix() + 10), "2"}}, data.Result[0].Values)
}

func TestExemplars(t *testing.T) {
	c, now := promtest.Serve(t), time.Now()
	promtest.Write(t, c, prompb.TimeSeries{
		Labels:    lbls("__name__", "m_bucket", "le", "5"),
		Samples:   sample(now, 1),
		Exemplars: []prompb.Exemplar{{Labels: lbls("trace_id", "0af7651916cd43dd8448eb211c80319c"), Value: 4.5, Timestamp: now.UnixMilli()}},
	})
	exemplars, err := c.Exemplars(t.Context(), "m_bucket")
	require.NoError(t, err)
	require.Len(t, exemplars, 1)
	assert.Equal(t, "5", exemplars[0].Series["le"])
	assert.Equal(t, map[string]string{"trace_id": "0af7651916cd43dd8448eb211c80319c"}, exemplars[0].Labels)
	assert.InDelta(t, 4.5, exemplars[0].Value, 0)
}

func TestOtherPaths(t *testing.T) {
	c := promtest.Serve(t)
	for path, code := range map[string]int{"/-/ready": 200, "/-/healthy": 200, "/metrics": 200, "/api/v1/rules": 404} {
		resp, err := http.Get(c.Base() + path)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, code, resp.StatusCode, path)
	}
}

func get(t *testing.T, c *promclient.Client, path string, params url.Values, data any) {
	t.Helper()
	resp, err := http.Get(c.Base() + path + "?" + params.Encode())
	require.NoError(t, err)
	defer resp.Body.Close()
	answer := struct{ Data any }{Data: data}
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
}
