// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"net"
	"net/netip"
)

// Client is who connects. It is told by its IP address, so that all connections
// from one address are one client's.
type Client string

// Local is whoever has no IP address, such as clients of a Unix socket.
const Local Client = "local"

// ClientOf is the client of a connection's remote address.
func ClientOf(remote net.Addr) Client {
	if remote == nil {
		return Local
	}
	if tcp, ok := remote.(*net.TCPAddr); ok {
		return clientOfIP(tcp.AddrPort().Addr())
	}
	return ClientOfAddress(remote.String())
}

// ClientOfAddress is the client of an address of the form IP:PORT or IP, such as
// http.Request.RemoteAddr.
func ClientOfAddress(remote string) Client {
	if both, err := netip.ParseAddrPort(remote); err == nil {
		return clientOfIP(both.Addr())
	}
	ip, _ := netip.ParseAddr(remote)
	return clientOfIP(ip)
}

func clientOfIP(ip netip.Addr) Client {
	if !ip.IsValid() {
		return Local
	}
	return Client(ip.Unmap().WithZone("").String())
}
