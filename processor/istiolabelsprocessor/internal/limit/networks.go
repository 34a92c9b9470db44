// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"net/netip"

	"github.com/gaissmai/bart"
)

// networks finds the name of the smallest network that holds an address.
type networks struct {
	table bart.Table[string]
	names map[string]struct{}
}

func newNetworks(named map[string][]netip.Prefix) *networks {
	n := &networks{names: make(map[string]struct{}, len(named))}
	for name, prefixes := range named {
		n.names[name] = struct{}{}
		for _, prefix := range prefixes {
			n.table.Insert(prefix.Masked(), name)
		}
	}
	return n
}

func (n *networks) of(addr netip.Addr) string {
	if len(n.names) == 0 || !addr.IsValid() {
		return ""
	}
	name, _ := n.table.Lookup(addr)
	return name
}

// around is the name of the smallest network that holds all of a prefix.
func (n *networks) around(prefix netip.Prefix) string {
	if len(n.names) == 0 {
		return ""
	}
	name, _ := n.table.LookupPrefix(prefix)
	return name
}

func (n *networks) has(name string) bool {
	_, ok := n.names[name]
	return ok
}
