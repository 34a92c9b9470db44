// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"strings"
)

// anyAddressDomains are those below which everybody has names, for whatever address:
// a name stands for the address that it spells, or for this machine. Source: the
// documentation of the operators.
var anyAddressDomains = []string{
	"nip.io", "sslip.io", "xip.io", "traefik.me", "local-ip.sh", "local-ip.co", "backname.io", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com",
	"localho.st",
}

// isForAnyAddress tells whether a name is one of them or lies below it.
func isForAnyAddress(name string) bool { return isIn(anyAddressDomains, name) }

// spelled are the IPv4 addresses in a name: four labels, or four parts of a label with
// hyphens between them. What begins with 0 is the number of a version.
func spelled(name string) (all []netip.Addr) {
	add := func(parts []string) {
		for i := range len(parts) - 3 {
			if a, err := netip.ParseAddr(strings.Join(parts[i:i+4], ".")); err == nil && parts[i] != "0" {
				all = append(all, a)
			}
		}
	}
	labels := strings.Split(name, ".")
	add(labels)
	for _, l := range labels {
		add(strings.Split(l, "-"))
	}
	return all
}
