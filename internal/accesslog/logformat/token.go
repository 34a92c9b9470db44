// SPDX-License-Identifier: Apache-2.0

package logformat

import "math/bits"

// Most of a line is tokens, so they are read eight bytes at a time.

// endsToken holds for the bytes that no token has.
func endsToken(c byte) bool { return c == ' ' || c == '"' }

// tokenEnd finds the end of the token that starts at a place of the line.
func tokenEnd(line string, at int) int {
	for ; at+8 <= len(line); at += 8 {
		if ends := tokenEnds(line[at : at+8]); ends != 0 {
			return at + bits.TrailingZeros64(ends)/8
		}
	}
	for at < len(line) && !endsToken(line[at]) {
		at++
	}
	return at
}

// tokenStart finds the start of the token that ends the line.
func tokenStart(line string) int {
	end := len(line)
	for ; end >= 8; end -= 8 {
		if ends := tokenEnds(line[end-8 : end]); ends != 0 {
			return end - bits.LeadingZeros64(ends)/8
		}
	}
	for end > 0 && !endsToken(line[end-1]) {
		end--
	}
	return end
}

const (
	each     = 0x0101010101010101 // times a byte: that byte eight times
	lowBits  = 0x7f * each
	quotes   = '"' * each
	theirBit = (' ' ^ '"') * each // in which a space and a quote differ
)

// tokenEnds gives the highest bit of each of eight bytes that ends a token. The
// first byte is the lowest.
func tokenEnds(s string) uint64 {
	_ = s[7]
	word := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	word = (word | theirBit) ^ quotes // 0 for a byte that ends a token
	return ^((word&lowBits + lowBits) | word | lowBits)
}
