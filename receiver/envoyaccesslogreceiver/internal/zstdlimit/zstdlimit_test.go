// SPDX-License-Identifier: Apache-2.0

package zstdlimit

import (
	"bytes"
	"io"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/encoding"
)

// A frame of few bytes does not take as much as it asks for.
func TestWindow(t *testing.T) {
	// The magic number, no checksum, a window of 512 MiB, and an empty last block.
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 19 << 3, 0x01, 0x00, 0x00}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := encoding.GetCompressor(name).Decompress(bytes.NewReader(frame))
	require.NoError(t, err)
	_, err = io.ReadAll(r)
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, zstd.ErrWindowSizeExceeded)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}

func TestRoundTrip(t *testing.T) {
	data := bytes.Repeat([]byte("access log "), 1<<20)
	var b bytes.Buffer
	c := encoding.GetCompressor(name)
	w, err := c.Compress(&b)
	require.NoError(t, err)
	_, err = w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	for range 2 {
		r, err := c.Decompress(bytes.NewReader(b.Bytes()))
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(data, got))
		require.NoError(t, r.(io.Closer).Close())
	}
}
