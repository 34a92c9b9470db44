// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// ownDomain ends the host names of entries for addresses and networks.
const ownDomain = ".egress.internal"

// ownHost is the host name of such an entry.
func ownHost(name, namespace string) string { return name + "." + namespace + ownDomain }

// isOwn tells whether a host is one that an entry for addresses was given here.
func isOwn(host string) bool { return strings.HasSuffix(host, ownDomain) }

// addressName and networkName are names of entries. They say what the entry is for: the
// log of traffic to an entry does not have the address.
func addressName(protocol string, a netip.Addr) string {
	return strings.ToLower(protocol) + "-" + dashed(a)
}

func networkName(network string) string { return label("net-"+network, "net-"+network) }

// own is what an entry is for whose name was given here: an address or a network.
type own struct {
	address netip.Addr
	network string
}

// ownOf reads the entry that let traffic through. It is the zero value for other entries,
// and for a network that has no name any more.
func (s *Settings) ownOf(r *egress.Row) own {
	name, ok := strings.CutSuffix(normal(r.Entry), "."+r.Source.Namespace+ownDomain)
	if !ok || !isLabel(name) {
		return own{}
	}
	for network := range s.Networks {
		if networkName(network) == name {
			return own{network: network}
		}
	}
	for _, protocol := range []string{protocolTCP, protocolHTTP} {
		if text, ok := strings.CutPrefix(name, strings.ToLower(protocol)+"-"); ok {
			return own{address: undashed(text)}
		}
	}
	return own{}
}

// undashed reads what dashed wrote, and is the zero Addr for all else.
func undashed(text string) netip.Addr {
	separator := "."
	if strings.Count(text, "-") == 7 {
		separator = ":"
	}
	a, err := netip.ParseAddr(strings.ReplaceAll(text, "-", separator))
	if err != nil || dashed(a) != text {
		return netip.Addr{}
	}
	return a
}

// ownHosts are the host names of entries here that could let traffic through to an
// address.
func (s *Settings) ownHosts(namespace string, a netip.Addr) []string {
	hosts := []string{ownHost(addressName(protocolTCP, a), namespace), ownHost(addressName(protocolHTTP, a), namespace)}
	if network := s.networkOf(a); network != "" {
		hosts = append(hosts, ownHost(networkName(network), namespace))
	}
	return hosts
}
