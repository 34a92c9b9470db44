// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireLiteral compares a literal with what the standard library finds.
func requireLiteral(t *testing.T, text, line string) {
	t.Helper()
	l := newLiteral(text)
	for at := range len(line) + 2 {
		require.Equal(t, at <= len(line) && strings.HasPrefix(line[min(at, len(line)):], text), l.standsAt(line, at), "%q in %q at %d", text, line, at)
	}
	for end := range len(line) + 1 {
		want := strings.LastIndex(line[:end], text)
		if text == "" {
			want = 0
		}
		require.Equal(t, want, l.findLast(line, end), "the last %q in %q up to %d", text, line, end)
	}
	if text == "" {
		return // operators have some text between them
	}
	for from := range len(line) + 1 {
		want := strings.Index(line[from:], text)
		if want >= 0 {
			want += from
		}
		require.Equal(t, want, l.find(line, from), "%q in %q from %d", text, line, from)
	}
}

func TestLiteral(t *testing.T) {
	for _, text := range []string{"", " ", `" `, `" "`, "1234567", "12345678", "123456789", "12345678901234567", "\xff\x80", "aab"} {
		for before := range 18 {
			for _, after := range []string{"", "x", strings.Repeat("y", 17)} {
				for _, filler := range []string{"z", `"`, "a"} {
					requireLiteral(t, text, strings.Repeat(filler, before)+text+after)
					requireLiteral(t, text, strings.Repeat(filler, before)+text[:len(text)/2]+text+after)
				}
			}
		}
	}
}

func FuzzLiteral(f *testing.F) {
	f.Add(`" `, `[2026-11-30T00:00:00.000Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 0`)
	f.Add("aab", "aaaaaaabaab")
	f.Fuzz(func(t *testing.T, text, line string) {
		requireLiteral(t, text[:min(len(text), 40)], line[:min(len(line), 200)])
	})
}
