// SPDX-License-Identifier: Apache-2.0

package whatif

import "strings"

// find is the listener that takes a connection: that of its address and port, else that
// of its port, nil if there is none.
func (all listeners) find(t *Traffic) *listener {
	if t.Address.IsValid() {
		if l := all[listenerKey{t.Address, t.Port}]; l != nil {
			return l
		}
	}
	return all[listenerKey{port: t.Port}]
}

// byAddress tells whether the port has listeners or chains for some addresses only.
func (all listeners) byAddress(port uint16) bool {
	for key, l := range all {
		if key.port != port {
			continue
		}
		if key.address.IsValid() {
			return true
		}
		for i := range l.chains {
			if l.chains[i].network.IsValid() {
				return true
			}
		}
	}
	return false
}

// readsTLS tells whether the listener waits for the first bytes of TLS, and readsHTTP
// whether it waits for those of HTTP.
//
// Source: buildListenerFromEntry in pilot/pkg/networking/core/listener.go.
func (l *listener) readsTLS() bool {
	return l.any(func(c *chain) bool { return c.serverName != "" })
}

func (l *listener) readsHTTP() bool { return l.any(func(c *chain) bool { return c.http }) }

func (l *listener) any(is func(*chain) bool) bool {
	for i := range l.chains {
		if is(&l.chains[i]) {
			return true
		}
	}
	return false
}

// waits tells whether the listener waits for bytes that a client does not send. Istio
// sets no end to that.
func (l *listener) waits(t *Traffic) bool {
	if t.Kind != TCP {
		return false
	}
	return t.Start == ServerFirst && (l.readsTLS() || l.readsHTTP()) || t.Start == ClientShort && l.readsTLS()
}

// match is the chain that takes a connection, nil for the one that is for all others.
//
// Source: Envoy's documentation of FilterChainMatch: the most specific network decides
// first, then the most specific server name, then the protocol. What was decided stays:
// if nothing matches within it, the default chain is taken.
func (l *listener) match(t *Traffic) *chain {
	chains := l.mostSpecificNetwork(t)
	if t.Kind == TLS && t.Name != "" && l.readsTLS() {
		chains = mostSpecificName(chains, t.Name)
	} else {
		chains = withName(chains, "")
	}
	for _, c := range chains {
		if !c.matchesAll() && (!c.http || t.Kind == HTTP) {
			return c
		}
	}
	for i := range l.chains {
		if l.chains[i].matchesAll() {
			return &l.chains[i]
		}
	}
	return nil
}

// mostSpecificNetwork are the chains of the smallest network that has the address.
func (l *listener) mostSpecificNetwork(t *Traffic) []*chain {
	best := -1
	var chains []*chain
	for i := range l.chains {
		c := &l.chains[i]
		bits := -1
		if c.network.IsValid() {
			if !c.network.Contains(t.Address) {
				continue
			}
			bits = c.network.Bits()
		}
		if bits > best {
			best, chains = bits, nil
		}
		if bits == best {
			chains = append(chains, c)
		}
	}
	return chains
}

// mostSpecificName are the chains with the server name, else those with the longest
// wildcard, else those without a name.
func mostSpecificName(chains []*chain, name string) []*chain {
	if exact := withName(chains, name); exact != nil {
		return exact
	}
	for rest := name; ; {
		i := strings.IndexByte(rest[1:], '.')
		if i < 0 {
			return withName(chains, "")
		}
		rest = rest[i+1:]
		if wild := withName(chains, "*"+rest); wild != nil {
			return wild
		}
	}
}

func withName(chains []*chain, name string) []*chain {
	var with []*chain
	for _, c := range chains {
		if c.serverName == name {
			with = append(with, c)
		}
	}
	return with
}
