// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"encoding/binary"
	"math"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// Wire types of protobuf.
const (
	wireVarint = 0
	wireFixed  = 1
	wireBytes  = 2
)

// appendDouble adds a field of the type double, unless it is 0.
func appendDouble(dst []byte, field int, value float64) []byte {
	bits := math.Float64bits(value)
	if bits == 0 {
		return dst
	}
	dst = append(dst, byte(field<<3|wireFixed))
	return binary.LittleEndian.AppendUint64(dst, bits)
}

// appendInt adds a field of the type int64, uint32 or uint64, unless it is 0.
func appendInt(dst []byte, field int, value uint64) []byte {
	if value == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(field)<<3|wireVarint)
	return binary.AppendUvarint(dst, value)
}

// appendBytes adds a field that is a string, a message or a packed list.
func appendBytes(dst []byte, field int, value []byte) []byte {
	dst = append(dst, byte(field<<3|wireBytes))
	dst = binary.AppendUvarint(dst, uint64(len(value)))
	return append(dst, value...)
}

// appendSample adds a field that is a sample. Protocol 1.0 has no start times.
func appendSample(dst []byte, field int, s *series.Sample, start bool) []byte {
	dst = append(dst, byte(field<<3|wireBytes), 0)
	begin := len(dst)
	dst = appendDouble(dst, 1, s.Value)
	dst = appendInt(dst, 2, uint64(s.Timestamp))
	if start {
		dst = appendInt(dst, 3, uint64(s.Start))
	}
	dst[begin-1] = byte(len(dst) - begin) // at most 31
	return dst
}
