package limit

import (
	"hash/maphash"
	"net/netip"

	"github.com/gaissmai/bart"
)

// rollUp gives the smallest network of an address that has a slot or gets one.
// Only the first bits of the address are known.
func (l *Limiter) rollUp(addr netip.Addr, known int, a *Asker, now int64) string {
	lengths := l.options.RollUp.IPv4
	if addr.Is6() {
		lengths = l.options.RollUp.IPv6
	}
	if !addr.IsValid() {
		lengths = nil
	}
	for i, bits := range lengths {
		if bits > known {
			continue
		}
		prefix, err := addr.Prefix(bits)
		if err != nil {
			break
		}
		p := l.levels[i]
		hash := maphash.Comparable(l.seed, prefix)
		s := p.find(hash, a, now)
		if s == nil {
			s = p.admit(hash, prefix.String, a, now)
		}
		if s != nil {
			l.fallbacks.Levels[i]++
			return s.text
		}
	}
	l.fallbacks.Other++
	return Other
}

// ParseNetwork reads a network in CIDR notation, or a single address. An IPv4 one
// that is spelled as IPv6 is IPv4.
func ParseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.Unmap().WithZone("").Prefix(addr.Unmap().BitLen())
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	if addr := prefix.Addr(); addr.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), nil
}

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
