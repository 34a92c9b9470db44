// SPDX-License-Identifier: Apache-2.0

package remotewrite

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"
	"github.com/stretchr/testify/assert"
)

// sink is a server that takes all requests.
type sink struct {
	url string

	mu sync.Mutex
	// series are by their labels, as text.
	series map[string]*written
}

// written is what was written of a series: samples and histograms as text,
// oldest first, and exemplars, sorted, since their order says nothing.
type written struct {
	Samples, Exemplars []string
	Metadata           string
}

func newSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{series: map[string]*written{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if !assert.NoError(t, err) {
			return
		}
		raw, err := snappy.Decode(nil, body)
		if !assert.NoError(t, err) {
			return
		}
		assert.Equal(t, "snappy", r.Header.Get("Content-Encoding"))
		s.mu.Lock()
		defer s.mu.Unlock()
		if strings.Contains(r.Header.Get("Content-Type"), "io.prometheus.write.v2.Request") {
			assert.Equal(t, "2.0.0", r.Header.Get("X-Prometheus-Remote-Write-Version"))
			s.read2(t, w, raw)
		} else {
			assert.Equal(t, "0.1.0", r.Header.Get("X-Prometheus-Remote-Write-Version"))
			s.read1(t, raw)
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL + "/api/v1/write"
	return s
}

func (s *sink) at(labels []string) *written {
	slices.Sort(labels)
	key := strings.Join(labels, ", ")
	if s.series[key] == nil {
		s.series[key] = &written{}
	}
	return s.series[key]
}

func (s *sink) read1(t *testing.T, raw []byte) {
	t.Helper()
	var req prompb.WriteRequest
	if err := req.Unmarshal(raw); err != nil {
		assert.Fail(t, "not a request", err) // in the server's goroutine, which a test must not end
		return
	}
	for _, ts := range req.Timeseries {
		w := s.at(labelTexts(ts.Labels))
		for _, sample := range ts.Samples {
			w.Samples = append(w.Samples, sampleText(sample.Timestamp, sample.Value))
		}
		for _, h := range ts.Histograms {
			w.Samples = append(w.Samples, histogramText(h.Timestamp, h.ToIntHistogram()))
		}
		for _, e := range ts.Exemplars {
			labels := labelTexts(e.Labels)
			slices.Sort(labels)
			w.Exemplars = append(w.Exemplars, fmt.Sprintf("%d %v %v", e.Timestamp, e.Value, labels))
		}
		slices.Sort(w.Exemplars)
	}
}

func (s *sink) read2(t *testing.T, header http.ResponseWriter, raw []byte) {
	t.Helper()
	var req writev2.Request
	if err := req.Unmarshal(raw); err != nil {
		assert.Fail(t, "not a request", err) // in the server's goroutine, which a test must not end
		return
	}
	samples, histograms, exemplars := 0, 0, 0
	for _, ts := range req.Timeseries {
		var labels []string
		for pair := range slices.Chunk(ts.LabelsRefs, 2) {
			labels = append(labels, fmt.Sprintf("%s=%q", req.Symbols[pair[0]], req.Symbols[pair[1]]))
		}
		w := s.at(labels)
		for _, sample := range ts.Samples {
			w.Samples = append(w.Samples, sampleText(sample.Timestamp, sample.Value))
		}
		for _, h := range ts.Histograms {
			w.Samples = append(w.Samples, histogramText(h.Timestamp, h.ToIntHistogram()))
		}
		w.Metadata = fmt.Sprintf("%v %q %q", ts.Metadata.Type, req.Symbols[ts.Metadata.UnitRef], req.Symbols[ts.Metadata.HelpRef])
		samples += len(ts.Samples)
		histograms += len(ts.Histograms)
		exemplars += len(ts.Exemplars)
	}
	header.Header().Set("X-Prometheus-Remote-Write-Samples-Written", strconv.Itoa(samples))
	header.Header().Set("X-Prometheus-Remote-Write-Histograms-Written", strconv.Itoa(histograms))
	header.Header().Set("X-Prometheus-Remote-Write-Exemplars-Written", strconv.Itoa(exemplars))
}

func labelTexts(labels []prompb.Label) (texts []string) {
	for _, l := range labels {
		texts = append(texts, fmt.Sprintf("%s=%q", l.Name, l.Value))
	}
	return texts
}

func histogramText(timestamp int64, h *histogram.Histogram) string {
	h = h.Compact(0)
	return fmt.Sprintf("%d schema %d: %v %v", timestamp, h.Schema, sampleText(0, h.Sum), h)
}

// sampleText tells the marker that ends a series from other numbers that are
// none.
func sampleText(timestamp int64, v float64) string {
	if value.IsStaleNaN(v) {
		return fmt.Sprintf("%d stale", timestamp)
	}
	return fmt.Sprintf("%d %v %x", timestamp, v, math.Float64bits(v))
}
