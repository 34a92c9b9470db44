// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// The protocols of ports that are suggested.
//
// TLS is written rather than HTTPS, which Istio takes for the same: DYNAMIC_DNS takes
// no HTTPS.
const (
	protocolHTTP = "HTTP"
	protocolGRPC = "GRPC"
	protocolTLS  = "TLS"
	protocolTCP  = "TCP"
)

func protocolOf(t egress.Traffic) string {
	switch t {
	case egress.GRPC:
		return protocolGRPC
	case egress.HTTP:
		return protocolHTTP
	case egress.TLS:
		return protocolTLS
	default:
		return protocolTCP
	}
}

// isLiteral tells whether the want is that of requests whose Host is an address.
func (w *want) isLiteral() bool { return w.host == "" && w.protocol == protocolHTTP }

// want is what the traffic of a row needs. One of host, network and addresses says which
// form of entry that is.
type want struct {
	row *egress.Row
	// index is that of the row.
	index    int
	port     uint16
	protocol string
	// host is the name in the traffic.
	host string
	// network is a named one.
	network string
	// addresses of traffic without a name.
	addresses []netip.Addr
	// knownName is what the addresses are called, if that is proven.
	knownName string
}
