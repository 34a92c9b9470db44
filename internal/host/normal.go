// SPDX-License-Identifier: Apache-2.0

package host

import "strings"

// Normal is a host's normal form: ASCII letters in lower case, without a dot at
// the end and without the ports 80 and 443, which HTTP and HTTPS need not name.
// Other ports stay, and so do the brackets of an IPv6 literal. Without brackets
// its last group is not taken for a port. Nothing is taken off that would leave
// an empty host.
func Normal(host string) string {
	host = lower(trimDots(host))
	if name, port, ok := cutPort(host); ok && name != "" && (port == "80" || port == "443") {
		host = trimDots(name)
	}
	return host
}

// cutPort takes `:PORT` off a host. It is false where no colon stands before a
// port: in a bare IPv6 literal, and where another colon would be left.
func cutPort(host string) (name, port string, ok bool) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 {
		return host, "", false
	}
	name, port = host[:i], host[i+1:]
	bracketed := strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]")
	if !bracketed && strings.IndexByte(name, ':') >= 0 {
		return host, "", false
	}
	return name, port, true
}

// trimDots takes off the dots at the end, unless there is nothing else.
func trimDots(host string) string {
	if t := strings.TrimRight(host, "."); t != "" {
		return t
	}
	return host
}

// lower is strings.ToLower for ASCII letters. No DNS name has others, and others
// could grow.
func lower(s string) string {
	first := 0
	for ; first < len(s) && !isUpper(s[first]); first++ {
	}
	if first == len(s) {
		return s
	}
	b := []byte(s)
	for i := first; i < len(b); i++ {
		if isUpper(b[i]) {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
