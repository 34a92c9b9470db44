// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"hash/maphash"
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/network"
)

// fallback counts what has no slot under the name of its network, unless that is
// a label of its own, or under a network that has a slot. Only the first bits of
// the address are known.
func (l *Limiter) fallback(network string, addr netip.Addr, known int, a *Asker, now int64) Resolved {
	if network != "" && !l.options.NetworkApart {
		l.fallbacks.Network++
		return Resolved{Value: network}
	}
	r := l.rollUp(addr, known, a, now)
	r.Network = network
	return r
}

// rollUp gives the smallest network of an address that has a slot or gets one.
func (l *Limiter) rollUp(addr netip.Addr, known int, a *Asker, now int64) Resolved {
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
		p := l.levels()[i]
		hash := maphash.Comparable(l.seed, prefix)
		s := p.find(hash, a, now)
		if s == nil {
			s = p.admit(&newcomer{hash: hash, prefix: prefix, asker: a, now: now})
		}
		if s != nil {
			l.fallbacks.Levels[i]++
			return s.resolved()
		}
	}
	l.fallbacks.Other++
	return Resolved{Value: contract.Other}
}

// cidr counts a network that stands in place of an address.
func (l *Limiter) cidr(text string, a *Asker, now int64) Resolved {
	l.fallbacks.Reserved++
	prefix, err := network.Parse(text)
	if err != nil {
		l.fallbacks.Other++
		return Resolved{Value: contract.Other}
	}
	return l.fallback(l.networks.around(prefix), prefix.Addr(), prefix.Bits(), a, now)
}

// isReserved tells whether a value looks like one that we give ourselves.
func (l *Limiter) isReserved(value string) bool {
	if value == contract.Other || l.networks.has(value) {
		return true
	}
	if !strings.Contains(value, "/") {
		return false
	}
	_, err := netip.ParsePrefix(value)
	return err == nil
}
