// SPDX-License-Identifier: Apache-2.0

package host

import "strings"

// MaxName is how long a DNS name may be, in bytes, without a dot at the end.
// Source: RFC 1035, section 2.3.4: 255 bytes on the wire.
const MaxName = 253

// maxLabel is how long each of its parts may be.
const maxLabel = 63

// Name is the DNS name in `NAME` or `NAME:PORT`, with ASCII letters in lower
// case and without a dot at the end. ok is false where there is none: in an
// address, in a pattern such as `*.example.com`, and in any text that no resolver
// would look up.
func Name(host string) (name string, ok bool) {
	name = host
	if n, port, found := cutPort(host); found {
		if !isPort(port) {
			return "", false
		}
		name = n
	}
	name = strings.TrimSuffix(name, ".")
	if !isName(name) {
		return "", false
	}
	return lower(name), true
}

// isPort: an empty port is allowed and means the default. Source: RFC 3986,
// section 3.2.3.
func isPort(s string) bool {
	if len(s) > len("65535") {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || '9' < s[i] {
			return false
		}
	}
	return true
}

// isName tells whether s is labels of letters, digits, hyphens and underscores,
// with dots between them. No label starts or ends with a hyphen. The last one
// starts with a letter, which that of an address does not. Source: RFC 1123,
// section 2.1. It forbids underscores, but such hosts exist.
func isName(s string) bool {
	if s == "" || len(s) > MaxName {
		return false
	}
	start := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			if !isLabel(s[start:i]) {
				return false
			}
			start = i + 1
		case !isNameByte(c):
			return false
		}
	}
	last := s[start:]
	return isLabel(last) && isLetter(last[0])
}

func isLabel(s string) bool {
	return s != "" && len(s) <= maxLabel && s[0] != '-' && s[len(s)-1] != '-'
}

func isNameByte(c byte) bool {
	return isLetter(c) || '0' <= c && c <= '9' || c == '-' || c == '_'
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || isUpper(c) }
