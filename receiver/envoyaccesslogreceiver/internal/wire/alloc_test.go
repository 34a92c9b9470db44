// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAlloc compares the bound with what Go's allocator really takes: append
// gives a slice all of it.
func TestAlloc(t *testing.T) {
	for n := 1; n < 80<<10; n += 1 + n/500 {
		taken := cap(append([]byte(nil), make([]byte, n)...))
		require.GreaterOrEqual(t, alloc(n), int64(taken), n)
		pointers := 8 * cap(append([]*int(nil), make([]*int, n/8)...))
		require.GreaterOrEqual(t, allocPointers(n), int64(pointers), n)
		require.LessOrEqual(t, alloc(n), int64(n+n/4+16+8<<10), n)
	}
	require.Zero(t, alloc(0))
}

// TestGrowth compares the bound with all that append and a map allocate.
func TestGrowth(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 8, 9, 14, 15, 28, 29, 57, 113, 225, 449, 897, 1000, 2000, 5000, 20000, 100000} {
		slice, entries := list{}, list{}
		var sliceBytes, mapBytes int64
		for range n {
			sliceBytes += slice.add(1, sizeKeyValue)
			mapBytes += entries.addEntry(sizeString + sizePointer)
		}
		total, _ := allocatedAtMost(t, sliceBytes+1<<10, func() any {
			var s [][sizeKeyValue]byte
			for range n {
				s = append(s, [sizeKeyValue]byte{})
			}
			return s
		})
		require.GreaterOrEqual(t, sliceBytes+1<<10, total, "a slice of %d", n)
		keys := make([]string, n)
		for i := range keys {
			keys[i] = string([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		}
		total, _ = allocatedAtMost(t, mapBytes+1<<10, func() any {
			m := map[string]*int{}
			for _, key := range keys {
				m[key] = nil
			}
			return m
		})
		require.GreaterOrEqual(t, mapBytes+1<<10, total, "a map of %d", n)
	}
}

func TestAppended(t *testing.T) {
	for _, n := range []int{1, 8, 9, 33, 256, 257, 512, 513, 849, 5000, 100000} {
		total, _ := allocatedAtMost(t, appended(n)+1<<10, func() any {
			var b []byte
			for range n {
				b = append(b, 'x')
			}
			return string(b)
		})
		require.GreaterOrEqual(t, appended(n)+1<<10, total, n)
	}
}
