// SPDX-License-Identifier: Apache-2.0

// Package promtest starts the small Prometheus inside a test and writes to a
// Prometheus.
package promtest

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/prompb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promserver"
)

// Serve starts a server, which ends with the test, and gives a client of it.
func Serve(t *testing.T) *promclient.Client {
	t.Helper()
	prom, err := promserver.Open(t.TempDir(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	server := httptest.NewServer(prom)
	t.Cleanup(func() {
		server.Close()
		assert.NoError(t, prom.Close())
	})
	return promclient.New(server.URL)
}

// Write sends series as remote write does and returns the status.
func Write(t *testing.T, c *promclient.Client, series ...prompb.TimeSeries) int {
	t.Helper()
	message, err := (&prompb.WriteRequest{Timeseries: series}).Marshal()
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.WriteURL(), bytes.NewReader(snappy.Encode(nil, message)))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("Content-Encoding", "snappy")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
