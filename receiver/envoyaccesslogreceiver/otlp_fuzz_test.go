// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"net/http"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// FuzzOTLP sends any bytes to both servers, and a good record after them. The
// good one always counts, and nothing stays held.
func FuzzOTLP(f *testing.F) {
	asJSON, asProto := recorded(f, "sidecars/text.jsonl")
	for i := range 3 {
		f.Add(asJSON[i])
		f.Add(asProto[i])
	}
	for _, body := range [][]byte{
		asProtobuf(f, nested(60)), asProtobuf(f, attributes(1025)), asProtobuf(f, oneRecord("\xff")), empties(1000),
		[]byte(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":[1,1,{}]}}}]}]}]}`), []byte("[[[["),
	} {
		f.Add(body)
	}
	sink := new(consumertest.LogsSink)
	e, _, r := startOTLP(f, otlpConfig(), sink)
	conn := dialOTLP(f, e.grpc)
	good := asProtobuf(f, oneRecord("good"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := export(t.Context(), conn, body); err != nil {
			require.Contains(t, []codes.Code{codes.InvalidArgument, codes.ResourceExhausted}, status.Code(err), "%v", err)
		}
		for _, contentType := range []string{typeJSON, typeProtobuf} {
			got := post(t, http.MethodPost, e.url(), body, "Content-Type", contentType)
			require.Contains(t, []int{http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge}, got.code, got.body)
		}
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20)+1000*uint64(len(body)))

		sink.Reset()
		_, err := export(t.Context(), conn, good)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, post(t, http.MethodPost, e.url(), good, "Content-Type", typeProtobuf).code)
		require.Equal(t, 2, sink.LogRecordCount())
		require.LessOrEqual(t, r.admission.Stats().HeldBytes, r.admission.Stats().MaxBytes)
	})
}
