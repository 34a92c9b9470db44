// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTokenEnds(t *testing.T) {
	for c := range 256 {
		assert.Equal(t, endsToken(byte(c)), tokenEnds(wordAt(string([]byte{0, 0, 0, byte(c), 0xff, 0xff, 0x21, 0x23}), 0)) == 0x80<<24, c)
	}
}

func TestTokens(t *testing.T) {
	for _, end := range []string{"", " ", `"`, `" `, ` - - "`} {
		for before := range 20 {
			for length := range 20 {
				token := strings.Repeat("é!#\x00\xff\xa0\xa2", 3)[:length]
				line := strings.Repeat("x", before) + end + token
				start := len(line) - length
				if end == "" {
					start = 0
				}
				assert.Equal(t, start, tokenStart(line, len(line)), line)

				line = strings.Repeat(" ", before) + token + end
				assert.Equal(t, before+length, tokenEnd(line, before), line)
				assert.Equal(t, strings.ContainsAny(line, " \""), hasSpaceOrQuote(line), line)
			}
		}
	}
}
