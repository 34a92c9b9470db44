// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"math/bits"
	"strings"
)

// literal is a text of a format string. Its first bytes stand in a word, too: to compare
// eight bytes at once is faster than one after the other.
type literal struct {
	text string
	// word has the first bytes of the text, and mask the bits that they take.
	word, mask uint64
}

func newLiteral(text string) literal {
	l := literal{text: text}
	for i := range min(len(text), wordSize) {
		l.word |= uint64(text[i]) << (8 * i)
		l.mask |= 0xff << (8 * i)
	}
	return l
}

// standsAt tells whether the literal stands at a place of the line.
func (l *literal) standsAt(line string, at int) bool {
	if at+wordSize > len(line) {
		return at <= len(line) && strings.HasPrefix(line[at:], l.text)
	}
	return wordAt(line, at)&l.mask == l.word &&
		(len(l.text) <= wordSize || strings.HasPrefix(line[at:], l.text))
}

// find finds the first place of the literal, which must not be empty, from a place of the
// line on. It is -1 if there is none.
func (l *literal) find(line string, from int) int {
	first := uint64(l.text[0]) * each
	for ; from+wordSize <= len(line); from += wordSize {
		for found := zeroBytes(wordAt(line, from) ^ first); found != 0; found &= found - 1 {
			if at := from + bits.TrailingZeros64(found)/8; l.standsAt(line, at) {
				return at
			}
		}
	}
	if at := strings.Index(line[from:], l.text); at >= 0 {
		return from + at
	}
	return -1
}

// findLast finds the last place of the literal in the line up to an end. It is -1 if there
// is none. An empty literal stands at the start.
func (l *literal) findLast(line string, end int) int {
	if l.text == "" {
		return 0
	}
	for at := end - len(l.text); at >= 0; at-- {
		if line[at] == l.text[0] && l.standsAt(line, at) {
			return at
		}
	}
	return -1
}
