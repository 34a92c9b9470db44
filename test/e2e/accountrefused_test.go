// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// refusedRows are requests whose records nobody can count: the account has the
// requests.
func refusedRows() []accountRow {
	refusal := func(transport, reason string, n int) account {
		return account{refusals + "{" + transport + "," + reason + "}": n}
	}
	large := func(size int) []byte {
		b, err := plogotlp.NewExportRequestFromLogs(accountRequest(1, ofText(strings.Repeat("a", size)))).MarshalProto()
		if err != nil {
			panic(err)
		}
		return b
	}
	deep := func(lr plog.LogRecord) {
		at := lr.Body().SetEmptySlice()
		for range 200 {
			at = at.AppendEmpty().SetEmptySlice()
		}
	}
	return []accountRow{
		{"too large", func(s *accountSender) {
			require.Error(s.t, s.raw(large(5<<20)))
			require.Error(s.t, s.raw(large(6<<20)))
		}, refusal("otlp_grpc", "too_large", 2)},
		{"too large on HTTP", func(s *accountSender) {
			s.post("application/x-protobuf", large(21<<20), http.StatusRequestEntityTooLarge)
		}, refusal("otlp_http", "too_large", 1)},
		{"malformed", func(s *accountSender) { require.Error(s.t, s.raw([]byte("no message"))) }, refusal("otlp_grpc", "malformed", 1)},
		{"malformed JSON", func(s *accountSender) { s.post("application/json", []byte("{"), http.StatusBadRequest) }, refusal("otlp_http", "malformed", 1)},
		{"another type", func(s *accountSender) { s.post("text/plain", []byte("a"), http.StatusUnsupportedMediaType) }, refusal("otlp_http", "unsupported", 1)},
		{"too deep", func(s *accountSender) {
			b, err := plogotlp.NewExportRequestFromLogs(accountRequest(1, deep)).MarshalProto()
			require.NoError(s.t, err)
			require.Error(s.t, s.raw(b))
		}, refusal("otlp_grpc", "too_deep", 1)},
		{"and one that is not", func(s *accountSender) { s.records(3, ofAttributes(outsideRequest(nil))) }, counted(3, "grpc", "http")},
	}
}
