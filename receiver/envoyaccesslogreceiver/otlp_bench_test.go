// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// requestOf has so many recorded records.
func requestOf(b testing.TB, file string, n int) []byte {
	b.Helper()
	asJSON, _ := recorded(b, file)
	all := plogotlp.NewExportRequest()
	for all.Logs().LogRecordCount() == 0 || all.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().Len() < n {
		for _, line := range asJSON {
			one := plogotlp.NewExportRequest()
			require.NoError(b, one.UnmarshalJSON(line))
			if all.Logs().ResourceLogs().Len() == 0 {
				one.Logs().ResourceLogs().MoveAndAppendTo(all.Logs().ResourceLogs())
				continue
			}
			to := all.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
			if to.Len() < n {
				one.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().MoveAndAppendTo(to)
			}
		}
	}
	body, err := all.MarshalProto()
	require.NoError(b, err)
	return body
}

// BenchmarkOTLP compares the receiver with the Collector's own. The client's work
// is in it, too.
func BenchmarkOTLP(b *testing.B) {
	for _, file := range []string{"sidecars/text.jsonl", "sidecars/labels.jsonl"} {
		for _, records := range []int{20, 500} {
			body := requestOf(b, file, records)
			for _, whose := range []string{"stock", "ours"} {
				b.Run(fmt.Sprintf("%s/%d/%s", file, records, whose), func(b *testing.B) {
					e := endpoints{}
					if whose == "stock" {
						e = startStock(b, consumertest.NewNop())
					} else {
						e, _, _ = startOTLP(b, otlpConfig(), consumertest.NewNop())
					}
					conn := dialOTLP(b, e.grpc)
					b.ReportAllocs()
					for b.Loop() {
						_, err := export(b.Context(), conn, body)
						require.NoError(b, err)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*records), "ns/record")
				})
			}
		}
	}
}
