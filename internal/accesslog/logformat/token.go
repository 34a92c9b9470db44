// SPDX-License-Identifier: Apache-2.0

package logformat

import "math/bits"

// endsToken holds for the bytes that no token has.
func endsToken(c byte) bool { return c == ' ' || c == '"' }

// tokenEnd finds the end of the token that starts at a place of the line.
func tokenEnd(line string, at int) int {
	for ; at+wordSize <= len(line); at += wordSize {
		if ends := tokenEnds(wordAt(line, at)); ends != 0 {
			return at + bits.TrailingZeros64(ends)/8
		}
	}
	for at < len(line) && !endsToken(line[at]) {
		at++
	}
	return at
}

// tokenStart finds the start of the token that ends at a place of the line.
func tokenStart(line string, end int) int {
	for ; end >= wordSize; end -= wordSize {
		if ends := tokenEnds(wordAt(line, end-wordSize)); ends != 0 {
			return end - bits.LeadingZeros64(ends)/8
		}
	}
	for end > 0 && !endsToken(line[end-1]) {
		end--
	}
	return end
}

const (
	quotes   = '"' * each
	theirBit = (' ' ^ '"') * each // in which a space and a quote differ
)

// tokenEnds sets the highest bit of each byte of a word that ends a token.
func tokenEnds(word uint64) uint64 { return zeroBytes((word | theirBit) ^ quotes) }
