package aggregate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// truncate cuts s to MaxValueLen bytes at the start of a character.
func truncate(s string) (cut string, changed bool) {
	if len(s) <= MaxValueLen {
		return s, false
	}
	end := MaxValueLen
	for end > MaxValueLen-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end], true
}

// cleanValue makes a label value one that remote write accepts and a terminal
// survives: valid UTF-8 without control characters, bounded in length. Each
// run of bytes that are not UTF-8, and each control character, becomes U+FFFD.
// A clean value is returned as it is.
func cleanValue(s string) string {
	s, _ = truncate(s)
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
	s, _ = truncate(s)
	return s
}

func isClean(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, unicode.IsControl) < 0
}
