// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"
)

// write sends flushes by the exporter, as they are, to a server.
func write(t *testing.T, url string, flushes []flush) {
	t.Helper()
	factory := remotewriteexporter.NewFactory()
	cfg := factory.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"http": map[string]any{"endpoint": url}}).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	e, err := factory.CreateMetrics(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	for _, f := range flushes {
		require.NoError(t, e.ConsumeMetrics(t.Context(), f.md))
	}
	require.NoError(t, e.Shutdown(t.Context()))
}

// prometheus is Prometheus' database and its engine.
type prometheus struct {
	db     *tsdb.DB
	engine *promql.Engine
}

// newPrometheus holds what the exporter writes of flushes. Each sample must be one
// that Prometheus takes.
func newPrometheus(t *testing.T, flushes []flush) *prometheus {
	t.Helper()
	db, err := tsdb.Open(t.TempDir(), slog.New(slog.DiscardHandler), nil, tsdb.DefaultOptions(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	p := &prometheus{db: db, engine: promql.NewEngine(promql.EngineOpts{MaxSamples: 1e7, Timeout: time.Minute})}
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		p.take(t, r.Body)
	}))
	defer server.Close()
	write(t, server.URL+"/api/v1/write", flushes)
	return p
}

func (p *prometheus) take(t *testing.T, body io.Reader) {
	compressed, err := io.ReadAll(body)
	if !assert.NoError(t, err) { // in the server's goroutine, which a test must not end
		return
	}
	raw, err := snappy.Decode(nil, compressed)
	if !assert.NoError(t, err) {
		return
	}
	var req prompb.WriteRequest
	if !assert.NoError(t, req.Unmarshal(raw)) {
		return
	}
	app := p.db.Appender(t.Context())
	for _, ts := range req.Timeseries {
		b := labels.NewScratchBuilder(len(ts.Labels))
		for _, l := range ts.Labels {
			b.Add(l.Name, l.Value)
		}
		for _, s := range ts.Samples {
			if _, err := app.Append(0, b.Labels(), s.Timestamp, s.Value); !assert.NoError(t, err, b.Labels()) {
				return
			}
		}
		for _, h := range ts.Histograms {
			if _, err := app.AppendHistogram(0, b.Labels(), h.Timestamp, h.ToIntHistogram(), nil); !assert.NoError(t, err, b.Labels()) {
				return
			}
		}
	}
	assert.NoError(t, app.Commit())
}

// point is the value of an expression at a time, 0 where it has none.
type point struct {
	at    time.Time
	value float64
}

// eachSecond evaluates an expression at each second from one time to another.
func (p *prometheus) eachSecond(t *testing.T, expression string, from, to time.Time) (points []point) {
	t.Helper()
	q, err := p.engine.NewRangeQuery(t.Context(), p.db, nil, expression, from, to, time.Second)
	require.NoError(t, err)
	defer q.Close()
	matrix, err := q.Exec(t.Context()).Matrix()
	require.NoError(t, err)
	require.LessOrEqual(t, len(matrix), 1, "%s has several results", expression)
	values := map[int64]float64{}
	if len(matrix) > 0 {
		for _, f := range matrix[0].Floats {
			values[f.T] = f.F
		}
	}
	for at := from; !at.After(to); at = at.Add(time.Second) {
		points = append(points, point{at, values[at.UnixMilli()]})
	}
	return points
}
