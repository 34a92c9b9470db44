// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// Shape says what an operator's value can hold, and so where it ends in a line.
type Shape uint8

const (
	// Open values hold any byte: a client or a server writes them, or they are
	// free text. Values of all other shapes are closed: they cannot hold what
	// separates them from the next value.
	Open Shape = iota
	// Token has neither spaces nor quotes.
	Token
	// Quoteless has no quotes.
	Quoteless
	// Timestamp is Envoy's default start time.
	Timestamp
	// Number is a decimal number.
	Number
	// NumberOrDash is a decimal number or Envoy's mark of a missing value.
	NumberOrDash
	// Flags is Envoy's list of response flags, or the mark of a missing value.
	Flags
	// HTTPVersion is the protocol of a request, or the mark of a missing value.
	HTTPVersion
)

// missing is what Envoy writes where an operator has no value.
const missing = accesslog.Missing

// fits tells whether a value can be one that Envoy writes for this shape.
func (s Shape) fits(v string) bool {
	switch s {
	case Number:
		return isNumber(v)
	case NumberOrDash:
		return v == missing || isNumber(v)
	case Token:
		return !hasSpaceOrQuote(v)
	case Quoteless:
		return strings.IndexByte(v, '"') < 0
	case Flags:
		return v == missing || isFlags(v)
	case HTTPVersion:
		return v == missing || isHTTPVersion(v)
	case Timestamp:
		return isTimestamp(v)
	default:
		return true
	}
}

// hasAlphabet tells whether a value consists of bytes of an alphabet, to which a byte that
// follows the value does not belong: the first other byte then ends the value.
func (s Shape) hasAlphabet(follows byte) bool {
	switch s {
	case Number, NumberOrDash:
		return !isDigit(follows)
	case Flags:
		return !isFlag(follows)
	case Token:
		return endsToken(follows)
	default:
		return false
	}
}

// end finds the first byte from a place of the line on that is none of the alphabet.
func (s Shape) end(line string, at int) int {
	switch s {
	case Token:
		return tokenEnd(line, at)
	case Flags:
		for at < len(line) && isFlag(line[at]) {
			at++
		}
	default:
		for at < len(line) && isDigit(line[at]) {
			at++
		}
	}
	return at
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isNumber(v string) bool {
	for i := range len(v) {
		if !isDigit(v[i]) {
			return false
		}
	}
	return v != ""
}

func hasSpaceOrQuote(v string) bool { return tokenEnd(v, 0) < len(v) }

// isFlags: one or more short names such as UF and URX, separated by commas.
func isFlags(v string) bool {
	for i := range len(v) {
		if !isFlag(v[i]) {
			return false
		}
	}
	return v != ""
}

func isFlag(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == ',' || c == '_' || isDigit(c)
}

func isHTTPVersion(v string) bool {
	const prefix = "HTTP/"
	if len(v) <= len(prefix) || len(v) > len(prefix)+3 || v[:len(prefix)] != prefix {
		return false
	}
	return isDigit(v[len(prefix)])
}

// maxTimestamp is the length of the longest timestamp.
const maxTimestamp = len("2026-11-23T03:26:42.123456789+00:00")

// isTimestamp: Envoy's default start time, such as 2026-11-23T03:26:42.740Z.
func isTimestamp(v string) bool {
	return len(v) >= len("2026-11-23T03:26:42Z") && len(v) <= maxTimestamp &&
		v[4] == '-' && v[7] == '-' && v[10] == 'T' && v[13] == ':' && isNumber(v[:4])
}
