// SPDX-License-Identifier: Apache-2.0

// Package otlptest reads requests of OTLP that real proxies sent. Nothing but tests may
// import it.
package otlptest // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlptest"

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// CapturesDir has a folder for each mesh whose proxies sent something. It is that of a
// test of a package beside this one.
var CapturesDir = filepath.Join("..", "..", "..", "..", "testdata", "captures")

// Lines gives the lines of a file that a real proxy's messages were written to.
func Lines(t testing.TB, file string) [][]byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(CapturesDir, filepath.FromSlash(file)))
	require.NoError(t, err)
	return bytes.Split(bytes.TrimSpace(data), []byte("\n"))
}

// Request gives a request of n records that a real proxy sent.
func Request(t testing.TB, file string, n int) plogotlp.ExportRequest {
	t.Helper()
	records := plog.NewLogs()
	rl := records.ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	for sl.LogRecords().Len() < n {
		for _, line := range Lines(t, file) {
			request := plogotlp.NewExportRequest()
			require.NoError(t, request.UnmarshalJSON(line))
			from := request.Logs().ResourceLogs().At(0)
			from.Resource().CopyTo(rl.Resource())
			record := from.ScopeLogs().At(0).LogRecords().At(0)
			if sl.LogRecords().Len() < n {
				record.CopyTo(sl.LogRecords().AppendEmpty())
			}
		}
	}
	return plogotlp.NewExportRequestFromLogs(records)
}
