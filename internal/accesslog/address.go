// SPDX-License-Identifier: Apache-2.0

package accesslog

import (
	"net/netip"
	"strconv"
	"strings"
)

// maxAddress bounds the text of an address with its port, in bytes. It is longer
// than any.
const maxAddress = 64

// Address reads a value as an address and leaves its port out: `IPv4:PORT`,
// `[IPv6]:PORT`, a bare address, or the network that an operator such as
// DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(LENGTH) gives in place of an address. It
// is in its canonical form. It is empty where there is none.
func (r *Record) Address(op Op) string {
	s := r.Get(op)
	if end := ipv4End(s); end > 0 && (end == len(s) || s[end] == ':') {
		return s[:end]
	}
	if s == "" || len(s) > maxAddress {
		return ""
	}
	if addr, ok := readAddr(s); ok {
		return addr.WithZone("").String()
	}
	return readNetwork(s)
}

// IP reads a value as Address does. It is false for a network, and for an
// address with a zone, which would be kept in memory for good.
func (r *Record) IP(op Op) (netip.Addr, bool) {
	s := r.Get(op)
	// An error costs an allocation.
	if s == "" || len(s) > maxAddress || strings.Contains(s, "%") {
		return netip.Addr{}, false
	}
	return readAddr(s)
}

// Port reads the port of a value such as `IPv4:PORT` or `[IPv6]:PORT`. It is false
// where there is none.
func (r *Record) Port(op Op) (uint16, bool) {
	s := r.Get(op)
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 || len(s) > maxAddress {
		return 0, false
	}
	if end := ipv4End(s); end != colon {
		addrPort, err := netip.ParseAddrPort(s)
		return addrPort.Port(), err == nil && addrPort.Port() != 0
	}
	port, err := strconv.ParseUint(s[colon+1:], 10, 16)
	return uint16(port), err == nil && port != 0
}

// readAddr reads `ADDRESS:PORT` or a bare address. An IPv4 address that is
// written as IPv6 is IPv4. A zone stays.
func readAddr(s string) (netip.Addr, bool) {
	if addrPort, err := netip.ParseAddrPort(s); err == nil {
		return addrPort.Addr().Unmap(), true
	}
	addr, err := netip.ParseAddr(s)
	return addr.Unmap(), err == nil
}

func readNetwork(s string) string {
	if !strings.Contains(s, "/") {
		return ""
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return ""
	}
	return p.Masked().String()
}

// ipv4End is the length of the canonical IPv4 address that s starts with, 0 if
// it starts with none. It saves the usual case an allocation.
func ipv4End(s string) int {
	digits, dots, value := 0, 0, 0
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' {
			if digits == 1 && value == 0 {
				return 0 // a leading zero
			}
			value = value*10 + int(c-'0')
			if digits++; value > 255 {
				return 0
			}
			continue
		}
		if c != '.' || digits == 0 || dots == 3 {
			break
		}
		dots++
		digits, value = 0, 0
	}
	if dots != 3 || digits == 0 {
		return 0
	}
	return i
}
