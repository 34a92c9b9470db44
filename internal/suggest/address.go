// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"slices"
	"strings"
)

// metadataAddresses are those of the metadata services of clouds: AWS, Google and
// Azure; AWS ECS; AWS over IPv6; Alibaba; Azure's host; Oracle.
var metadataAddresses = addresses("169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23",
	"fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")

// metadataNames are their names, and that of Tencent's, whose addresses are link-local.
var metadataNames = []string{
	"metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal", "metadata.azure.internal",
	"metadata.tencentyun.com",
}

// privateRanges are those that nobody owns on the internet. Source: RFC 1918, RFC 6598,
// RFC 4193, RFC 2544, RFC 1112, RFC 8215; Istio gives addresses of 240.240.0.0/16 and
// 2001:2::/48 to entries without any.
var privateRanges = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15", "240.0.0.0/4",
	"fc00::/7", "2001:2::/48", "64:ff9b:1::/48")

// embedding are prefixes of IPv6 addresses that stand for IPv4 ones, and the byte at which
// those begin: NAT64, IPv4-compatible addresses and 6to4. Source: RFC 6052, RFC 4291,
// RFC 3056.
var embedding = map[netip.Prefix]int{
	netip.MustParsePrefix("64:ff9b::/96"): 12,
	netip.MustParsePrefix("::/96"):        12,
	netip.MustParsePrefix("2002::/16"):    2,
}

func addresses(texts ...string) (all []netip.Addr) {
	for _, t := range texts {
		all = append(all, netip.MustParseAddr(t))
	}
	return all
}

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, t := range texts {
		all = append(all, netip.MustParsePrefix(t))
	}
	return all
}

// parseAddress reads an address. Of the two forms of an IPv4 address it returns one.
func parseAddress(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// parseAddresses reads the addresses of a row in order. ok is false if one of the texts
// is none, or there is none at all.
func parseAddresses(texts []string) (all []netip.Addr, ok bool) {
	ok = len(texts) > 0
	for _, t := range texts {
		a, isAddress := parseAddress(t)
		if isAddress {
			all = append(all, a)
		}
		ok = ok && isAddress
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all), ok
}

// judgeAddress tells whether traffic to an address may leave the mesh.
func (s *Settings) judgeAddress(a netip.Addr) Reason {
	a = unembedded(a)
	switch {
	case slices.Contains(metadataAddresses, a):
		return Metadata
	case !a.IsGlobalUnicast() || a.Is4() && a.As4()[0] == 0:
		return SpecialAddress
	case inAny(s.ClusterCIDRs, a):
		return Cluster
	case s.networkOf(a) != "":
		return wanted
	case inAny(privateRanges, a):
		return Private
	}
	return wanted
}

// unembedded is the IPv4 address that an IPv6 address stands for, or the address itself.
func unembedded(a netip.Addr) netip.Addr {
	for p, begin := range embedding {
		if p.Contains(a) && a.IsGlobalUnicast() {
			b := a.As16()
			return netip.AddrFrom4([4]byte(b[begin : begin+4]))
		}
	}
	return a
}

// networkOf is the named network that an address lies in, empty if there is none. Of
// several it is the smallest one.
func (s *Settings) networkOf(a netip.Addr) (name string) {
	best := -1
	for n, ranges := range s.Networks {
		for _, p := range ranges {
			if p.Contains(a) && (p.Bits() > best || p.Bits() == best && n < name) {
				name, best = n, p.Bits()
			}
		}
	}
	return name
}

func inAny(ranges []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(ranges, func(p netip.Prefix) bool { return p.Contains(a) })
}

// dashed is an address as a part of a host name: 203-0-113-10, or the eight groups of an
// IPv6 address.
func dashed(a netip.Addr) string {
	return strings.NewReplacer(".", "-", ":", "-").Replace(a.StringExpanded())
}
