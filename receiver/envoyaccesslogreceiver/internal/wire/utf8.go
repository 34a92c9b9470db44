// SPDX-License-Identifier: Apache-2.0

package wire

import "unicode/utf8"

// replacement takes the place of a byte that is not valid UTF-8. It is one byte,
// so that every length stays.
const replacement = '?'

// repairUTF8 replaces each byte that is not part of valid UTF-8.
func repairUTF8(b []byte) {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			b[i] = replacement
		}
		i += n
	}
}
