// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// noLimits allows whatever a test sends.
var noLimits = Limits{Depth: maxDepth, Memory: 1 << 50, Attributes: 1 << 40}

// BenchmarkMeasure compares looking at a request with decoding it. A request has
// 500 records, as an agent sends them; the result is the time for a record.
func BenchmarkMeasure(b *testing.B) {
	for _, name := range []string{"text", "labels"} {
		request := capturedRequest(b, filepath.Join("sidecars", name+".jsonl"), 500)
		proto, err := request.MarshalProto()
		require.NoError(b, err)
		json, err := request.MarshalJSON()
		require.NoError(b, err)

		perRecord := func(name string, run func() error) {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := run(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500, "ns/record")
			})
		}
		perRecord(name+"/measure", func() error { _, err := OTLPLogs.Measure(proto, noLimits); return err })
		perRecord(name+"/decode", func() error { return plogotlp.NewExportRequest().UnmarshalProto(proto) })
		perRecord(name+"/measure_json", func() error { _, err := MeasureJSON(json, noLimits); return err })
		perRecord(name+"/decode_json", func() error { return plogotlp.NewExportRequest().UnmarshalJSON(json) })
	}
}

// capturedRequest gives a request of n records that a real proxy sent.
func capturedRequest(t testing.TB, file string, n int) plogotlp.ExportRequest {
	t.Helper()
	records := plog.NewLogs()
	rl := records.ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	for sl.LogRecords().Len() < n {
		for _, line := range captureLines(t, file) {
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

// capturesDir has a folder for each mesh whose proxies sent something.
var capturesDir = filepath.Join("..", "..", "..", "..", "testdata", "captures")

// captureLines gives the lines of a file that a real proxy's messages were
// written to.
func captureLines(t testing.TB, file string) [][]byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(capturesDir, file))
	require.NoError(t, err)
	return bytes.Split(bytes.TrimSpace(data), []byte("\n"))
}
