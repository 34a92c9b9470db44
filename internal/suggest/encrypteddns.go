// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"slices"
)

// portDoT is the port of DNS over TLS. Source: RFC 7858.
const portDoT = 853

// resolverNames are hosts of public DNS over HTTPS and TLS. What lies below them is one,
// too. Source: the documentation of the operators.
var resolverNames = []string{
	"dns.google", "dns64.dns.google", "8888.google", "cloudflare-dns.com", "one.one.one.one", "1dot1dot1dot1.cloudflare-dns.com",
	"cloudflare-gateway.com", "dns.quad9.net", "dns9.quad9.net", "dns10.quad9.net", "dns11.quad9.net", "doh.opendns.com", "dns.opendns.com",
	"dns.umbrella.com", "doh.umbrella.com", "dns.nextdns.io", "dns.adguard.com", "dns.adguard-dns.com", "adguard-dns.com", "doh.cleanbrowsing.org",
	"dns.alidns.com", "doh.pub", "dot.pub", "doh.360.cn", "dns.mullvad.net", "doh.mullvad.net", "dns.controld.com", "freedns.controld.com",
	"doh.xfinity.com", "dns.sb", "doh.sb", "doh.dns.sb", "dns.digitale-gesellschaft.ch", "dnsforge.de", "dns0.eu", "doh.applied-privacy.net",
	"doh.libredns.gr", "public.dns.iij.jp", "dns.twnic.tw", "doh.dns.apple.com", "doh.li", "odvr.nic.cz", "basic.rethinkdns.com",
}

// resolverAddresses are those of the largest ones, which clients use without a name.
var resolverAddresses = addresses("1.1.1.1", "1.0.0.1", "1.1.1.2", "1.0.0.2", "1.1.1.3", "1.0.0.3", "8.8.8.8", "8.8.4.4", "9.9.9.9", "149.112.112.112",
	"208.67.222.222", "208.67.220.220", "94.140.14.14", "94.140.15.15", "2606:4700:4700::1111", "2606:4700:4700::1001", "2001:4860:4860::8888",
	"2001:4860:4860::8844", "2620:fe::fe", "2620:fe::9")

// isEncryptedDNS tells whether a host answers DNS over HTTPS or TLS.
func isEncryptedDNS(name string) bool { return isIn(resolverNames, name) }

// isEncryptedDNSPort tells the same of an address and a port that a client used without
// a name.
func isEncryptedDNSPort(a netip.Addr, port uint16) bool {
	return port == portDoT || port == 443 && slices.Contains(resolverAddresses, a)
}
