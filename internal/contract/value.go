// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxValueLen bounds a label's value, in bytes. The longest host name has 253;
// Envoy lets a Host header be thousands.
const MaxValueLen = 256

// Truncate cuts a value to MaxValueLen bytes at the start of a character.
func Truncate(s string) (cut string, changed bool) {
	if len(s) <= MaxValueLen {
		return s, false
	}
	end := MaxValueLen
	for end > MaxValueLen-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end], true
}

// CleanValue makes a label's value one that remote write accepts and a terminal
// survives: valid UTF-8 without control characters, bounded in length. Each run
// of bytes that are not UTF-8, and each control character, becomes U+FFFD. A
// clean value is returned as it is. Prometheus refuses a whole request for one
// label that is not UTF-8, and a client may write such.
func CleanValue(s string) string {
	s, _ = Truncate(s)
	if isClean(s) {
		return s
	}
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, s)
	s, _ = Truncate(s)
	return s
}

func isClean(s string) bool {
	return isPrintableASCII(s) || utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// isPrintableASCII holds for nearly all values, and costs less to ask.
func isPrintableASCII(s string) bool {
	for i := range len(s) {
		if s[i]-' ' > '~'-' ' {
			return false
		}
	}
	return true
}
