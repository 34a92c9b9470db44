// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/prompb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promtest"
)

const captures = "../../../testdata/captures"

// The numbers were counted in the files with grep, not by this program.
func TestReadCaptures(t *testing.T) {
	requests, expected, err := read(captures)
	require.NoError(t, err)
	sent := 0
	for _, logs := range requests {
		sent += logs.LogRecordCount()
	}
	assert.Equal(t, 191, sent)
	assert.EqualValues(t, 191, expected.records)
	assert.EqualValues(t, 14, expected.notCounted, "TcpUpstreamConnected and TcpPeriodic")
	assert.EqualValues(t, 103, expected.all.requests)
	assert.EqualValues(t, 74, expected.all.connections)
	assert.EqualValues(t, 10, expected.blocked.requests)
	assert.EqualValues(t, 27, expected.blocked.connections)
	assert.EqualValues(t, 11, expected.passed.requests)
	assert.EqualValues(t, 22, expected.passed.connections)
}

func TestReadReportsBadRecord(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "sidecars"), 0o755))
	record := `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"wire_bytes_received","value":{"stringValue":"many"}}]}]}]}]}`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sidecars", "labels.jsonl"), []byte(record), 0o600))
	_, _, err := read(dir)
	require.ErrorContains(t, err, "sidecars/labels.jsonl: label wire_bytes_received")
}

func TestReport(t *testing.T) {
	prom := prometheusWith(t,
		series(2, "istio_requests_total", "PassthroughCluster", "destination_service", "a.example", "destination_ip", "192.0.2.1", "response_code", "200", "response_flags", "-"),
		series(1, "istio_requests_total", "PassthroughCluster", "destination_service", "a.example", "destination_ip", "192.0.2.2", "response_code", "503", "response_flags", "UF"),
		series(4000, "istio_request_bytes_sum", "PassthroughCluster", "destination_service", "a.example", "response_code", "200", "response_flags", "-"),
		series(5, "istio_tcp_connections_closed_total", "BlackHoleCluster", "destination_ip", "192.0.2.3", "request_protocol", "tcp", "response_flags", "UH"),
		series(5, "istio_tcp_connections_opened_total", "BlackHoleCluster", "destination_ip", "192.0.2.3", "request_protocol", "tcp", "response_flags", "UH"),
		series(9, "istio_requests_total", "httpbin", "destination_service", "httpbin.foo.svc.cluster.local"),
		series(12, "istio_request_duration_milliseconds_count", "PassthroughCluster"),
	)
	expected := &totals{
		records: 17,
		all:     traffic{requests: 12, connections: 5, requestsOut: 4000},
		passed:  traffic{requests: 3},
		blocked: traffic{connections: 5},
	}
	page := pageWith(t, map[string]string{
		"decision=passed&page=1":  `{"pages": 2, "rows": [{"requests": 1}]}`,
		"decision=passed&page=2":  `{"pages": 2, "rows": [{"requests": 2}]}`,
		"decision=blocked&page=1": `{"pages": 1, "rows": [{"connections": 5}]}`,
	})
	var out strings.Builder
	require.NoError(t, report(t.Context(), &out, prom, page, expected), out.String())
	lines := strings.Split(out.String(), "\n")
	assert.Contains(t, lines, "  ns/app  tcp 192.0.2.3                     blocked   BlackHoleCluster           0            5          0         0  UH")
	assert.Contains(t, lines, "  ns/app  a.example (192.0.2.1, 192.0.2.2)  passed    PassthroughCluster         3            0      4 000         0  200, 503 UF")

	expected.all.requests++
	require.EqualError(t, report(t.Context(), &out, prom, page, expected), "2 of 20 totals are not what went in")
	expected.all.requests--
	expected.blocked.tcpOut++
	require.EqualError(t, report(t.Context(), &out, prom, page, expected), "1 of 20 totals are not what went in")
	require.ErrorContains(t, report(t.Context(), &out, prom, pageWith(t, nil), expected), "ask the page")
}

// pageWith plays the page: it has an answer for each query.
func pageWith(t *testing.T, answers map[string]string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/egress" || answers[r.URL.RawQuery] == "" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, answers[r.URL.RawQuery])
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// series has one sample; pairs are added to the labels that all have, sorted as
// remote write demands.
func series(value float64, name, destination string, pairs ...string) prompb.TimeSeries {
	labels := map[string]string{
		"__name__": name, "reporter": "source", "source_workload": "app", "source_workload_namespace": "ns",
		"destination_service_name": destination,
	}
	for i := 0; i < len(pairs); i += 2 {
		labels[pairs[i]] = pairs[i+1]
	}
	ts := prompb.TimeSeries{Samples: []prompb.Sample{{Timestamp: time.Now().UnixMilli(), Value: value}}}
	for _, n := range []string{
		"__name__", "destination_ip", "destination_service", "destination_service_name", "reporter", "request_protocol",
		"response_code", "response_flags", "source_workload", "source_workload_namespace",
	} {
		if labels[n] != "" {
			ts.Labels = append(ts.Labels, prompb.Label{Name: n, Value: labels[n]})
		}
	}
	return ts
}

func prometheusWith(t *testing.T, all ...prompb.TimeSeries) *promclient.Client {
	t.Helper()
	c := promtest.Serve(t)
	require.Equal(t, http.StatusNoContent, promtest.Write(t, c, all...))
	return c
}

func TestThousands(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "999": "999", "1000": "1 000", "1234567": "1 234 567"} {
		assert.Equal(t, want, thousands(in))
	}
}
