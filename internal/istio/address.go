package istio

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// DestinationIP is the address that a connection went to, or was meant to go
// to: the upstream host's, else the original destination, which is the
// downstream local address. It has no port, and is `unknown` if the record has
// no address. Source: Istio 1.3's mixer filter, and the log of a blocked
// connection, which names its destination nowhere else.
func DestinationIP(rec *accesslog.Record) string {
	if ip := addressOf(rec.Get(accesslog.UpstreamHost)); ip != "" {
		return ip
	}
	if ip := addressOf(rec.Get(accesslog.DownstreamLocalAddress)); ip != "" {
		return ip
	}
	return Unknown
}

// addressOf is the address in `IPv4:port`, `[IPv6]:port` or a bare address;
// empty if there is none.
func addressOf(hostPort string) string {
	if end := ipv4End(hostPort); end > 0 && (end == len(hostPort) || hostPort[end] == ':') {
		return hostPort[:end]
	}
	if hostPort == "" || len(hostPort) > maxAddress {
		return ""
	}
	if addr, ok := readAddr(hostPort); ok {
		return addr.WithZone("").String()
	}
	return prefixOf(hostPort)
}

// maxAddress is longer than any address with its port.
const maxAddress = 64

// readAddr reads `ADDRESS:PORT` or a bare address. An IPv4 one that is spelled as
// IPv6 is IPv4; a zone stays.
func readAddr(hostPort string) (netip.Addr, bool) {
	if addrPort, err := netip.ParseAddrPort(hostPort); err == nil {
		return addrPort.Addr().Unmap(), true
	}
	addr, err := netip.ParseAddr(hostPort)
	return addr.Unmap(), err == nil
}

// parseAddr reads an address as addressOf does, networks left out.
func parseAddr(hostPort string) (netip.Addr, bool) {
	// A zone would be kept for good, and an error costs an allocation.
	if hostPort == "" || len(hostPort) > maxAddress || strings.Contains(hostPort, "%") {
		return netip.Addr{}, false
	}
	return readAddr(hostPort)
}

// prefixOf is the network that DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(LENGTH)
// gives in place of an address.
func prefixOf(s string) string {
	if !strings.Contains(s, "/") {
		return ""
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return ""
	}
	return p.Masked().String()
}

// ipv4End is the length of the dotted IPv4 address that s starts with, 0 if it
// starts with none. It spares the usual case an allocation.
func ipv4End(s string) int {
	digits, dots, value := 0, 0, 0
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' {
			if digits == 1 && value == 0 {
				return 0 // a leading zero: not the canonical form
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
