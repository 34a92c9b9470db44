// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"math/bits"
	"sync"

	"google.golang.org/grpc/mem"
)

// Sizes of pooled buffers are powers of two, from 32 KiB to 4 MiB.
const (
	minBufferBits = 15
	maxBufferBits = 22
)

// bufferPool has the buffers that messages of several frames are copied to. That
// of gRPC has none between 32 KiB and 1 MiB, and clears the whole buffer each
// time. Here only the message's bytes are written, and nothing else is read.
type bufferPool struct {
	pools [maxBufferBits - minBufferBits + 1]sync.Pool
}

var _ mem.BufferPool = (*bufferPool)(nil)

// buffers are shared by all receivers.
var buffers bufferPool

// bufferSize is the capacity of the buffer for n bytes.
func bufferSize(n int) int {
	size := 1 << max(bits.Len(uint(max(n, 1)-1)), minBufferBits)
	if size > 1<<maxBufferBits {
		return n
	}
	return size
}

// pool gives where buffers of a capacity are kept, nil if they are not.
func (p *bufferPool) pool(capacity int) *sync.Pool {
	if capacity != bufferSize(capacity) || capacity > 1<<maxBufferBits {
		return nil
	}
	return &p.pools[bits.TrailingZeros(uint(capacity))-minBufferBits]
}

// Get gives a buffer of n bytes of any value.
func (p *bufferPool) Get(n int) *[]byte {
	size := bufferSize(n)
	if pool := p.pool(size); pool != nil {
		if b, ok := pool.Get().(*[]byte); ok {
			*b = (*b)[:n]
			return b
		}
	}
	b := make([]byte, n, size)
	return &b
}

// Put takes a buffer back.
func (p *bufferPool) Put(b *[]byte) {
	if pool := p.pool(cap(*b)); pool != nil {
		pool.Put(b)
	}
}
