// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlptest"
)

// noLimits allows whatever a test sends.
var noLimits = Limits{Depth: maxDepth, Memory: 1 << 50, Attributes: 1 << 40}

// BenchmarkMeasure compares looking at a request with decoding it. A request has
// 500 records, as an agent sends them; the result is the time for a record.
func BenchmarkMeasure(b *testing.B) {
	for _, name := range []string{"text", "labels"} {
		request := otlptest.Request(b, filepath.Join("sidecars", name+".jsonl"), 500)
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
