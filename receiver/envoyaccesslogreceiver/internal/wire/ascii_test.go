// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestASCII puts each byte at each place of strings of several lengths.
func TestASCII(t *testing.T) {
	for n := range 70 {
		for at := range n {
			b := bytes.Repeat([]byte{'x'}, n)
			for c := range 256 {
				b[at] = byte(c)
				require.Equal(t, c < 0x80, isASCII(b), "%q", b)
			}
		}
		require.True(t, isASCII(make([]byte, n)))
	}
}

// TestPlainLength compares it with looking at byte after byte. It may stop early
// where fewer than eight bytes are left.
func TestPlainLength(t *testing.T) {
	plain := func(c byte) bool { return c >= ' ' && c < 0x80 && c != '"' && c != '\\' }
	for n := range 40 {
		for at := range n {
			for second := at; second < min(n, at+3); second++ {
				b := bytes.Repeat([]byte{'~'}, n)
				for c := range 256 {
					b[at], b[second] = byte(c), byte(255-c)
					got := plainLength(b)
					for i := range got {
						require.True(t, plain(b[i]), "%q at %d", b, i)
					}
					require.True(t, len(b)-got < 8 || !plain(b[got]), "%q: %d", b, got)
				}
			}
		}
	}
}
