// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Every byte at every place of a text.
func TestIsPrintableASCII(t *testing.T) {
	for size := range 20 {
		for place := range size {
			for c := range 256 {
				text := bytes.Repeat([]byte("~"), size)
				text[place] = byte(c)
				assert.Equal(t, c >= ' ' && c <= '~', isPrintableASCII(string(text)), "%q", text)
			}
		}
	}
}
