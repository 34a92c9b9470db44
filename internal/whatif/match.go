// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"strings"
)

// find is the listener that takes a connection: that of its address and port, else that
// of its port, nil if there is none.
func (all *listeners) find(t *Traffic) *listener {
	if t.Address.IsValid() {
		if l := all.at[listenerKey{t.Address, t.Port}]; l != nil {
			return l
		}
	}
	return all.at[listenerKey{port: t.Port}]
}

// waits tells whether the listener waits for bytes that a client does not send. Istio
// sets no end to that.
//
// Source: buildListenerFromEntry in pilot/pkg/networking/core/listener.go.
func (l *listener) waits(t *Traffic) bool {
	if t.Kind != TCP {
		return false
	}
	return t.Start == ServerFirst && (l.readsTLS || l.readsHTTP) || t.Start == ClientShort && l.readsTLS
}

// match is the chain that takes a connection, nil if the mode decides.
//
// Source: Envoy's documentation of FilterChainMatch: the most specific network decides
// first, then the most specific server name, then the protocol. What was decided stays:
// if nothing matches within it, the default chain is taken.
func (l *listener) match(t *Traffic) *chain {
	g := l.groupOf(t.Address)
	if g == nil {
		return l.rest
	}
	if t.Kind == TLS && t.Name != "" && l.readsTLS {
		if c := g.named(t.Name); c != nil {
			return c
		}
	}
	switch {
	case g.byName[""] != nil:
		return g.byName[""]
	case t.Kind == HTTP && g.http != nil:
		return g.http
	default:
		return l.rest
	}
}

// groupOf has the chains of the smallest network that has the address.
func (l *listener) groupOf(a netip.Addr) *group {
	best := l.groups[netip.Prefix{}]
	bits := -1
	for network, g := range l.groups {
		if network.IsValid() && network.Bits() > bits && network.Contains(a) {
			best, bits = g, network.Bits()
		}
	}
	return best
}

// named is the chain with the server name, else that with the longest wildcard.
func (g *group) named(name string) *chain {
	if c := g.byName[name]; c != nil {
		return c
	}
	for {
		_, parent, ok := strings.Cut(name, ".")
		if !ok {
			return nil
		}
		if c := g.byName["*."+parent]; c != nil {
			return c
		}
		name = parent
	}
}
