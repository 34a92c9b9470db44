// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// FuzzDecode reads bytes with a right checksum, which another program may have
// written. What can be read is what is written again.
func FuzzDecode(f *testing.F) {
	f.Add(meta{first: 3, next: 7}.encode())
	f.Add(meta{first: 3, next: 7, inFlight: 1, hasInFlight: true}.encode())
	f.Add(encodeHeader(newItem(1, time.Now(), flushNamed("a"))))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, stored := range [][]byte{b, seal(b)} {
			if m, err := decodeMeta(stored); err == nil {
				again, err := decodeMeta(m.encode())
				assert.NoError(t, err)
				assert.Equal(t, m, again)
			}
			if it, err := decodeHeader(1, stored); err == nil {
				again, err := decodeHeader(1, encodeHeader(it))
				assert.NoError(t, err)
				assert.Equal(t, it, again)
			}
		}
	})
}
