// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry/internal/reference"
)

// BenchmarkEntry decodes an entry and makes a record of it, beside what Go's
// protobuf library and its messages take for that.
func BenchmarkEntry(b *testing.B) {
	for _, kind := range []Kind{HTTP, TCP} {
		var samples [][]byte
		for _, s := range capturedSamples(b, "sidecars") {
			if s.kind == kind {
				samples = append(samples, s.raw)
			}
		}
		var own Entry
		var proto reference.Entry
		for _, of := range []struct {
			name   string
			decode func([]byte) error
			write  func(plog.LogRecord) int64
		}{
			{"own", func(raw []byte) error { return own.Decode(kind, raw) }, own.WriteTo},
			{"protobuf", func(raw []byte) error { return proto.Decode(kind == HTTP, raw) }, func(lr plog.LogRecord) int64 { return proto.WriteTo(lr) }},
		} {
			b.Run(kind.String()+"/"+of.name+"/decode", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					require.NoError(b, of.decode(samples[i%len(samples)]))
				}
			})
			b.Run(kind.String()+"/"+of.name+"/record", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					require.NoError(b, of.decode(samples[i%len(samples)]))
					of.write(plog.NewLogRecord())
				}
			})
		}
	}
}
