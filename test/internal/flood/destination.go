// SPDX-License-Identifier: Apache-2.0

package flood

import (
	"fmt"
	"strconv"
)

// Kind is what the records of a flood are.
type Kind int

const (
	// Connections are TCP connections by PassthroughCluster to so many addresses.
	Connections Kind = iota
	// Blocked are TCP connections that BlackHoleCluster took.
	Blocked
	// Requests are HTTP requests by PassthroughCluster to so many hosts, at a few
	// addresses.
	Requests
)

// octets with three digits are those from firstOctet: all destinations have to be of one
// length.
const (
	firstOctet = 100
	octets     = 256 - firstOctet
)

// MaxDestinations is how many differ.
const MaxDestinations = 10_000_000

// Address is the text of an address. Neighbours share a network.
func Address(n int) string { return string(appendAddress(nil, n)) }

func appendAddress(dst []byte, n int) []byte {
	const a, b, c = octets * octets * octets, octets * octets, octets
	for _, octet := range [...]int{n / a, n / b % octets, n / c % octets, n % octets} {
		dst = append(strconv.AppendInt(dst, int64(firstOctet+octet), 10), '.')
	}
	return dst[:len(dst)-1]
}

// Host is a name.
func Host(n int) string { return string(appendHost(nil, n)) }

func appendHost(dst []byte, n int) []byte {
	return append(strconv.AppendInt(append(dst, 'h'), int64(MaxDestinations+n), 10), ".example"...)
}

func (k Kind) appendTo(dst []byte, n int) []byte {
	if k == Requests {
		return appendHost(dst, n)
	}
	return appendAddress(dst, n)
}

// line is a record in Istio's default text format.
func (k Kind) line(destination string) string {
	const format = "[2026-11-23T03:26:42.738Z] \"%s\" %s - \"-\" 11 12 13 - \"-\" \"-\" \"-\" %q %s 10.244.0.8:34644 %s 10.244.0.8:38258 - %s\n"
	switch k {
	case Requests:
		const at = "203.0.113.10:80"
		return fmt.Sprintf(format, "GET / HTTP/1.1", "200 - via_upstream", destination, `"`+at+`" PassthroughCluster`, at, "allow_any")
	case Blocked:
		return fmt.Sprintf(format, "- - -", "0 UH -", "-", `"-" BlackHoleCluster`, destination+":443", "-")
	default:
		to := destination + ":443"
		return fmt.Sprintf(format, "- - -", "0 - -", "-", `"`+to+`" PassthroughCluster`, to, "-")
	}
}
