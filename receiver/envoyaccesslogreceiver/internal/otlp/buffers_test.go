// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBufferSize(t *testing.T) {
	for n, want := range map[int]int{
		0: 32 << 10, 1: 32 << 10, 32 << 10: 32 << 10, 32<<10 + 1: 64 << 10, 155_000: 256 << 10,
		4 << 20: 4 << 20, 4<<20 + 1: 4<<20 + 1, 8 << 20: 8 << 20,
	} {
		assert.Equal(t, want, bufferSize(n), n)
	}
}

func TestBufferPool(t *testing.T) {
	var p bufferPool
	for _, n := range []int{0, 1, 100, 32 << 10, 40_000, 4 << 20, 4<<20 + 1, 8 << 20} {
		for range 2 {
			b := p.Get(n)
			require.Len(t, *b, n)
			require.Equal(t, bufferSize(n), cap(*b))
			p.Put(b)
			assert.Equal(t, n <= 4<<20, p.pool(cap(*b)) != nil, n)
		}
	}
	// A buffer that is not one of the pool's is let go.
	odd := make([]byte, 5, 40_000)
	p.Put(&odd)
	require.Equal(t, 64<<10, cap(*p.Get(40_000)))
}
