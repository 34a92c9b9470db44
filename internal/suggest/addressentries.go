// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"maps"
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// target is an address and a port that the workloads of a namespace use.
type target struct {
	namespace string
	address   netip.Addr
	port      uint16
}

// reached is what is known of a target.
type reached struct {
	protocol string
	// name is a proven one. Of several it is the first.
	name string
	rows []*egress.Row
}

// targetsOf are those of wants for addresses.
func targetsOf(wants []want) map[target]*reached {
	targets := map[target]*reached{}
	for _, w := range wants {
		for _, a := range w.addresses {
			k := target{w.row.Source.Namespace, a, w.port}
			t := targets[k]
			if t == nil {
				t = &reached{protocol: w.protocol}
				targets[k] = t
			}
			t.rows = append(t.rows, w.row)
			if w.protocol == protocolTCP {
				t.protocol = protocolTCP // which lets HTTP pass, too
			}
			if w.knownName != "" && (t.name == "" || w.knownName < t.name) {
				t.name = w.knownName
			}
		}
	}
	return targets
}

// addressEntries are those for addresses: one for each name that is known, if all its
// ports have the same addresses and it has no other entry; else one for each address. An
// entry opens each of its ports at each of its addresses.
func addressEntries(wants []want, taken map[entryKey]bool) []*entry {
	targets := targetsOf(wants)
	named, entries := map[entryKey]map[target]*reached{}, map[entryKey]*entry{}
	for k, t := range targets {
		name := entryKey{k.namespace, t.name}
		if t.name == "" || t.protocol != protocolTCP || taken[name] {
			continue
		}
		if named[name] == nil {
			named[name] = map[target]*reached{}
		}
		named[name][k] = t
	}
	for name, of := range named {
		if !isProduct(of) {
			continue
		}
		e := find(entries, name, func(e *entry) { e.host = name.what })
		for k, t := range of {
			e.add(k.port, t.protocol, t.rows...)
			e.addresses = append(e.addresses, netip.PrefixFrom(k.address, k.address.BitLen()))
			delete(targets, k)
		}
		e.addresses = sortedPrefixes(e.addresses)
	}
	for k, t := range targets {
		name := addressName(t.protocol, k.address)
		e := find(entries, entryKey{k.namespace, name}, func(e *entry) {
			e.name, e.host = name, ownHost(name, k.namespace)
			e.addresses = []netip.Prefix{netip.PrefixFrom(k.address, k.address.BitLen())}
		})
		e.add(k.port, t.protocol, t.rows...)
	}
	return values(entries)
}

// isProduct tells whether each port has the same addresses.
func isProduct(targets map[target]*reached) bool {
	ports, addresses := map[uint16]bool{}, map[netip.Addr]bool{}
	for k := range maps.Keys(targets) {
		ports[k.port], addresses[k.address] = true, true
	}
	return len(ports)*len(addresses) == len(targets)
}
