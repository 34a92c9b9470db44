// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/metadata"
)

// backend takes requests of protocol 1.0 and reads the names of their series.
type backend struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	text   string
	// names of the series of each request that was taken.
	names   []string
	headers []http.Header
}

func newBackend(t *testing.T) *backend {
	t.Helper()
	b := &backend{status: http.StatusNoContent}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	return b
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	compressed, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	body, err := snappy.Decode(nil, compressed)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.headers = append(b.headers, r.Header)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case b.status != http.StatusNoContent:
		http.Error(w, b.text, b.status)
	default:
		b.names = append(b.names, names(body)...)
		w.WriteHeader(b.status)
	}
}

func (b *backend) answer(status int, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status, b.text = status, text
}

func (b *backend) requests() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.headers)
}

func (b *backend) taken() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.names)
}

// names reads label __name__ of all series of a request of protocol 1.0:
// WriteRequest.timeseries = 1, TimeSeries.labels = 1, Label.name = 1, .value = 2.
func names(request []byte) (all []string) {
	for _, series := range fields(request, 1) {
		for _, label := range fields(series, 1) {
			if name := fields(label, 1); len(name) == 1 && string(name[0]) == "__name__" {
				all = append(all, string(fields(label, 2)[0]))
			}
		}
	}
	return all
}

// fields returns the values of a field that is bytes.
func fields(message []byte, number protowire.Number) (values [][]byte) {
	for len(message) > 0 {
		n, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			return nil
		}
		message = message[size:]
		size = protowire.ConsumeFieldValue(n, kind, message)
		if size < 0 {
			return nil
		}
		if n == number && kind == protowire.BytesType {
			v, _ := protowire.ConsumeBytes(message)
			values = append(values, v)
		}
		message = message[size:]
	}
	return values
}

// counter makes metrics of one cumulative sum with one point.
func counter(name string) pmetric.Metrics {
	md := pmetric.NewMetrics()
	rm := md.ResourceMetrics().AppendEmpty()
	rm.Resource().Attributes().PutStr("service.name", "test")
	m := rm.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName(name)
	sum := m.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	point := sum.DataPoints().AppendEmpty()
	point.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	point.SetIntValue(1)
	return md
}

func testConfig(b *backend) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.Endpoint = b.URL
	cfg.Retry.InitialInterval = time.Millisecond
	cfg.Retry.MaxInterval = 10 * time.Millisecond
	cfg.ShutdownTimeout = patience
	return cfg
}

// host has extensions.
type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

// started is an exporter that runs.
type started struct {
	exporter.Metrics
	telemetry *componenttest.Telemetry
}

func start(t *testing.T, cfg *Config, h component.Host) *started {
	t.Helper()
	telemetry := componenttest.NewTelemetry()
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	e, err := NewFactory().CreateMetrics(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), h))
	t.Cleanup(func() {
		assert.NoError(t, e.Shutdown(context.Background()))
		assert.NoError(t, telemetry.Shutdown(context.Background()))
	})
	return &started{e, telemetry}
}

func (s *started) consume(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		require.NoError(t, s.ConsumeMetrics(t.Context(), counter(name)))
	}
}

// values returns what a metric of the exporter says, by its attributes other
// than the exporter's id.
func (s *started) values(t *testing.T, name string) map[string]int64 {
	t.Helper()
	m, err := s.telemetry.GetMetric("otelcol_" + name)
	require.NoError(t, err)
	return points(t, m)
}

func (s *started) nonZero(t *testing.T, name string) map[string]int64 {
	t.Helper()
	values := s.values(t, name)
	for k, v := range values {
		if v == 0 {
			delete(values, k)
		}
	}
	return values
}

func trimTotal(names []string) (short []string) {
	for _, n := range names {
		short = append(short, strings.TrimSuffix(n, "_total"))
	}
	return short
}
