package admission

import (
	"net"
	"net/netip"
)

// Peer is who shares: the IP address of a client, with all its connections.
type Peer string

// Local is the peer of clients without an IP address, such as those of a Unix
// socket.
const Local Peer = "local"

// PeerOf is the peer of a connection's remote address.
func PeerOf(remote net.Addr) Peer {
	if remote == nil {
		return Local
	}
	if tcp, ok := remote.(*net.TCPAddr); ok {
		return peerOfIP(tcp.AddrPort().Addr())
	}
	return PeerOfAddress(remote.String())
}

// PeerOfAddress is the peer of an address of the form IP:PORT or IP, such as
// http.Request.RemoteAddr.
func PeerOfAddress(remote string) Peer {
	if both, err := netip.ParseAddrPort(remote); err == nil {
		return peerOfIP(both.Addr())
	}
	ip, _ := netip.ParseAddr(remote)
	return peerOfIP(ip)
}

func peerOfIP(ip netip.Addr) Peer {
	if !ip.IsValid() {
		return Local
	}
	return Peer(ip.Unmap().WithZone("").String())
}
