// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlptest"
)

// fuzzLimits keep a fuzz test within a machine's memory.
var fuzzLimits = Limits{Depth: 100, Memory: 64 << 20, Attributes: 1 << 20}

func requireDecodesJSON(t testing.TB, text string) {
	t.Helper()
	require.NoError(t, plogotlp.NewExportRequest().UnmarshalJSON([]byte(text)))
}

// FuzzMeasure decodes what may be decoded: it takes no more memory than was said.
func FuzzMeasure(f *testing.F) {
	for _, b := range floods(20) {
		f.Add(b)
	}
	f.Add(captured(f, "hostile/text.jsonl"))
	f.Add(captured(f, "sidecars/labels.jsonl"))
	f.Fuzz(func(t *testing.T, b []byte) {
		size, err := OTLPLogs.Measure(b, fuzzLimits)
		if err != nil {
			return
		}
		requireBound(t, size, func() any {
			decoded := plogotlp.NewExportRequest()
			require.NoError(t, decoded.UnmarshalProto(b), "only what the decoder accepts is let through")
			return decoded
		})
		decoded := plogotlp.NewExportRequest()
		require.NoError(t, decoded.UnmarshalProto(b))
		// Records in a deprecated field are dropped where there are others.
		require.GreaterOrEqual(t, size.Records, decoded.Logs().LogRecordCount())
	})
}

// captured gives a request of three records that a real proxy sent.
func captured(f *testing.F, file string) []byte {
	f.Helper()
	b, err := otlptest.Request(f, file, 3).MarshalProto()
	require.NoError(f, err)
	return b
}

// FuzzRepair repairs what may be decoded: it differs in repaired strings alone.
func FuzzRepair(f *testing.F) {
	f.Add(record(sub(5, sub(1, []byte("a\xffb\xc3\xa9"))), sub(6, sub(1, []byte("\xe2\x82")))))
	f.Add(record(sub(5, sub(7, []byte("\xff"))), sub(9, times(16, []byte{0xff}))))
	f.Add(record(sub(9, []byte("\xe2\x82"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		size, err := OTLPLogs.Measure(b, fuzzLimits)
		if err != nil {
			return
		}
		before := plogotlp.NewExportRequest()
		require.NoError(t, before.UnmarshalProto(b))
		repaired := bytes.Clone(b)
		require.NoError(t, OTLPLogs.Repair(repaired, fuzzLimits))
		if !size.InvalidUTF8 {
			require.Equal(t, b, repaired)
		}
		after := plogotlp.NewExportRequest()
		require.NoError(t, after.UnmarshalProto(repaired))
		again, err := OTLPLogs.Measure(repaired, fuzzLimits)
		require.NoError(t, err)
		size.InvalidUTF8 = false
		require.Equal(t, size, again, "the structure stays")

		// Strings of the first that are repaired make the second.
		repairStrings(before.Logs())
		require.NoError(t, sameRequests(before, after))
		for i := range b {
			if b[i] != repaired[i] {
				require.GreaterOrEqual(t, b[i], byte(utf8.RuneSelf))
				require.Equal(t, byte(replacement), repaired[i])
			}
		}
	})
}

// FuzzMeasureJSON decodes what may be decoded: without an error, and it takes no
// more memory than was said.
func FuzzMeasureJSON(f *testing.F) {
	for _, text := range jsonFloods(5) {
		f.Add([]byte(text))
	}
	f.Add(otlptest.Lines(f, "hostile/text.jsonl")[0])
	f.Add(otlptest.Lines(f, "sidecars/labels.jsonl")[0])
	f.Fuzz(func(t *testing.T, b []byte) {
		size, err := MeasureJSON(b, fuzzLimits)
		if err != nil {
			return
		}
		requireBound(t, size, func() any {
			decoded := plogotlp.NewExportRequest()
			require.NoError(t, decoded.UnmarshalJSON(b))
			return decoded
		})
		valid := utf8.Valid(b)
		require.Equal(t, !valid, size.InvalidUTF8)
		RepairJSON(b)
		again, err := MeasureJSON(b, fuzzLimits)
		require.NoError(t, err)
		require.False(t, again.InvalidUTF8)
	})
}

// FuzzDescribe decodes repaired entries with Go's decoder.
func FuzzDescribe(f *testing.F) {
	for _, b := range entryFloods(5) {
		f.Add(b)
	}
	f.Add(sub(1, sub(22, sub(1, []byte("\xff")), sub(2, []byte("\xff")))))
	f.Fuzz(func(t *testing.T, b []byte) {
		size, err := httpMessage.Measure(b, fuzzLimits)
		if err != nil {
			return
		}
		if size.InvalidUTF8 {
			require.Error(t, proto.Unmarshal(b, &httpEntry{}))
			require.NoError(t, httpMessage.Repair(b, fuzzLimits))
		}
		requireBound(t, size, func() any {
			decoded := &httpEntry{}
			require.NoError(t, proto.Unmarshal(b, decoded))
			return decoded
		})
	})
}
