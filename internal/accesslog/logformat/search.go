// SPDX-License-Identifier: Apache-2.0

package logformat

import "strings"

// budget bounds the bytes that a search looks at. A client may write the text
// that is searched; it must not make that cost more than a multiple of the
// line's length.
type budget int

// spend takes off what a step looked at, and tells whether anything is left.
func (b *budget) spend(bytes int) bool {
	*b -= budget(bytes)
	return *b >= 0
}

// index finds the first place of a literal. The literals of formats are short
// and start with a rare byte: looking for that byte is fastest.
func index(s, literal string) int {
	if len(literal) == 1 {
		return strings.IndexByte(s, literal[0])
	}
	for from := 0; ; from++ {
		at := strings.IndexByte(s[from:], literal[0])
		if at < 0 {
			return -1
		}
		if from += at; startsWith(s, from, literal) {
			return from
		}
	}
}

// startsWith tells whether a literal stands at a place of s.
func startsWith(s string, at int, literal string) bool {
	if len(s)-at < len(literal) {
		return false
	}
	for i := range len(literal) { // literals are short: no call is worth it
		if s[at+i] != literal[i] {
			return false
		}
	}
	return true
}

// lastIndex finds the last place of the literal, -1 if there is none. An empty
// literal stands at the start.
func lastIndex(s, literal string) int {
	if literal == "" {
		return 0
	}
	final := literal[len(literal)-1]
	for i := len(s) - 1; i >= len(literal)-1; i-- {
		if s[i] == final && startsWith(s, i+1-len(literal), literal) {
			return i + 1 - len(literal)
		}
	}
	return -1
}

// trimEnd cuts the end of the line off. Spaces stay: they separate columns, and
// the last one may be empty.
func trimEnd(line string) string {
	for line != "" && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line
}
