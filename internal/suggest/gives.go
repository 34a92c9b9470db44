// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// gives tells whether an entry lets pass what a suggested one would on one of its ports.
// It may let more pass; package whatif finds that.
func gives(e, want *resources.ServiceEntry, port resources.Port) bool {
	hasPort := slices.ContainsFunc(e.Spec.Ports, func(p resources.Port) bool {
		return p.Number == port.Number && family(p) == family(port)
	})
	if !hasPort {
		return false
	}
	if len(want.Spec.Addresses) > 0 && port.IsHTTP() {
		// Of several addresses only one is a Host that Istio knows.
		return slices.Equal(e.Spec.Addresses, want.Spec.Addresses)
	}
	if len(want.Spec.Addresses) > 0 {
		return givesAddresses(e.Spec.Addresses, want.Spec.Addresses)
	}
	return slices.ContainsFunc(e.Spec.Hosts, func(h string) bool { return covers(h, want.Spec.Hosts[0]) })
}

// family is what Istio matches the traffic of a port by: a Host, a server name, or an address.
func family(p resources.Port) string {
	switch {
	case p.IsHTTP():
		return protocolHTTP
	case p.IsTLS():
		return protocolTLS
	case slices.Contains([]string{"TCP", "MONGO", "MYSQL", "REDIS"}, strings.ToUpper(p.Protocol)):
		return protocolTCP
	default:
		return p.Protocol
	}
}

// givesAddresses tells whether each wanted address or network lies in one that is given.
func givesAddresses(given, want []string) bool {
	return !slices.ContainsFunc(want, func(w string) bool {
		p, ok := parseRange(w)
		return !ok || !slices.ContainsFunc(given, func(g string) bool {
			in, ok := parseRange(g)
			return ok && in.Bits() <= p.Bits() && in.Contains(p.Addr())
		})
	})
}

// parseRange reads an address or a network.
func parseRange(text string) (netip.Prefix, bool) {
	if a, ok := parseAddress(text); ok {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	return p, err == nil
}
