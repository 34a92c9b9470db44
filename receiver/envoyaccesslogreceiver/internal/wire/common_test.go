// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// allocated gives the bytes that a function allocates, and those that are still
// in use while its result is held.
func allocated(t testing.TB, decode func() any) (total, live int64) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var before, after, held runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	result := decode()
	runtime.ReadMemStats(&after)
	runtime.GC()
	runtime.ReadMemStats(&held)
	runtime.KeepAlive(result)
	return int64(after.TotalAlloc - before.TotalAlloc), int64(held.HeapAlloc) - int64(before.HeapAlloc)
}

// allocatedAtMost is allocated. While that is more than a limit it measures
// again: the numbers are those of the whole process, which has other goroutines.
func allocatedAtMost(t testing.TB, limit int64, decode func() any) (total, live int64) {
	t.Helper()
	for range 10 {
		if total, live = allocated(t, decode); total <= limit && live <= limit {
			break
		}
	}
	return total, live
}

// overhead is what a decoder and the test itself allocate for any message.
const overhead = 4 << 10

// requireBound checks that a size is not less than what decoding allocates.
func requireBound(t testing.TB, size Size, decode func() any) (ratio float64) {
	t.Helper()
	total, live := allocatedAtMost(t, size.Memory+overhead, decode)
	require.GreaterOrEqual(t, size.Memory+overhead, total, "allocated in all")
	require.GreaterOrEqual(t, size.Memory+overhead, live, "in use after decoding")
	return float64(size.Memory) / float64(max(total, 1))
}

// msg gives the bytes of a message out of its fields.
func msg(fields ...[]byte) []byte {
	var b []byte
	for _, f := range fields {
		b = append(b, f...)
	}
	return b
}

// sub gives a field that holds a string, bytes or a message.
func sub(number protowire.Number, value ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), msg(value...))
}

// num gives a field that holds a varint.
func num(number protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), v)
}

// times repeats bytes.
func times(n int, b []byte) []byte {
	out := make([]byte, 0, n*len(b))
	for range n {
		out = append(out, b...)
	}
	return out
}

// nest puts a value into n messages, one in another.
func nest(n int, value []byte, numbers ...protowire.Number) []byte {
	for i := range n {
		value = sub(numbers[i%len(numbers)], value)
	}
	return value
}

// record gives a request with one log record out of its fields.
func record(fields ...[]byte) []byte { return sub(1, sub(2, sub(2, fields...))) }
