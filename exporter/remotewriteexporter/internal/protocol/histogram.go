// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"encoding/binary"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// Fields of a native histogram, which are the same in both protocols. Protocol
// 2.0 has the last one alone.
const (
	histogramCount          = 1
	histogramSum            = 3
	histogramSchema         = 4
	histogramZeroThreshold  = 5
	histogramZeroCount      = 6
	histogramNegativeSpans  = 8
	histogramNegativeDeltas = 9
	histogramPositiveSpans  = 11
	histogramPositiveDeltas = 12
	histogramTimestamp      = 15
	histogramStart          = 17
)

// appendHistogram adds the content of a histogram's message. It says nothing of
// resets: whoever says that there was none has to be sure of it.
func appendHistogram(dst []byte, h *series.Histogram, start bool) []byte {
	// The two counts are in a oneof: they are written even if they are 0.
	dst = binary.AppendUvarint(append(dst, histogramCount<<3|wireVarint), h.Count)
	dst = appendDouble(dst, histogramSum, h.Sum)
	dst = appendInt(dst, histogramSchema, protowire.EncodeZigZag(int64(h.Schema)))
	dst = appendDouble(dst, histogramZeroThreshold, h.ZeroThreshold)
	dst = binary.AppendUvarint(append(dst, histogramZeroCount<<3|wireVarint), h.ZeroCount)
	dst = appendBuckets(dst, histogramNegativeSpans, histogramNegativeDeltas, &h.Negative)
	dst = appendBuckets(dst, histogramPositiveSpans, histogramPositiveDeltas, &h.Positive)
	dst = appendInt(dst, histogramTimestamp, uint64(h.Timestamp))
	if start {
		dst = appendInt(dst, histogramStart, uint64(h.Start))
	}
	return dst
}

func appendBuckets(dst []byte, spans, deltas int, b *series.Buckets) []byte {
	for _, s := range b.Spans {
		dst = append(dst, byte(spans<<3|wireBytes), 0)
		begin := len(dst)
		dst = appendInt(dst, 1, protowire.EncodeZigZag(int64(s.Offset)))
		dst = appendInt(dst, 2, uint64(s.Length))
		dst[begin-1] = byte(len(dst) - begin) // at most 12
	}
	if len(b.Deltas) == 0 {
		return dst
	}
	size := 0
	for _, d := range b.Deltas {
		size += protowire.SizeVarint(protowire.EncodeZigZag(d))
	}
	dst = binary.AppendUvarint(append(dst, byte(deltas<<3|wireBytes)), uint64(size))
	for _, d := range b.Deltas {
		dst = binary.AppendUvarint(dst, protowire.EncodeZigZag(d))
	}
	return dst
}
