// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// label makes a part of a host name of a text. What it loses is made up for by a hash of
// what the text stands for.
func label(text, of string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		default:
			return '-'
		}
	}, text)
	if clean == text && isLabel(clean) && text == of {
		return clean
	}
	hash := sha256.Sum256([]byte(of))
	end := "-" + hex.EncodeToString(hash[:4])
	clean = strings.Trim(clean, "-")
	return strings.TrimRight(clean[:min(len(clean), maxLabel-len(end))], "-") + end
}
