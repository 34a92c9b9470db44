// SPDX-License-Identifier: Apache-2.0

package whatif

import "strings"

// sharedProtocol is that of a new listener: one that takes HTTP lets other traffic
// through, too.
func sharedProtocol(p protocol) protocol {
	if p.isTCP() {
		return p
	}
	return sniffed
}

// chainsOf makes the chains for a service.
//
// Source: buildSidecarOutboundTLSFilterChainOpts in
// pilot/pkg/networking/core/tls.go: server names matter only where the address does not
// tell the service.
func chainsOf(s *service, p protocol, key listenerKey) []chain {
	bytes := chain{service: s}
	if s.network.IsValid() && !s.single() {
		bytes.network = s.network
	}
	switch {
	case p == encrypted:
		if !key.address.IsValid() || isDynamic(s) {
			bytes.serverName = s.host
		}
		return []chain{bytes}
	case p.isTCP():
		return []chain{bytes}
	case p == sniffed:
		return []chain{bytes, {http: true, alone: key.address.IsValid(), service: s}}
	default:
		return []chain{{http: true, service: s}}
	}
}

// merge adds chains, but for those that match what another one does.
//
// Source: mergeTCPFilterChains and conflictsWith; isMatchAll for the one that takes the
// rest. Envoy knows no wildcards such as `*api.example.com` among server names.
func (l *listener) merge(chains []chain) {
	for i := range chains {
		c := &chains[i]
		l.readsTLS = l.readsTLS || c.serverName != ""
		l.readsHTTP = l.readsHTTP || c.http
		l.invalid = l.invalid || strings.HasPrefix(c.serverName, "*") && !strings.HasPrefix(c.serverName, "*.")
		if !c.network.IsValid() && c.serverName == "" && !c.http {
			if l.rest == nil {
				l.rest = c
			}
			continue
		}
		g := l.groups[c.network]
		if g == nil {
			g = &group{byName: map[string]*chain{}}
			l.groups[c.network] = g
		}
		switch {
		case c.http && g.http == nil:
			g.http = c
		case !c.http && g.byName[c.serverName] == nil:
			g.byName[c.serverName] = c
		}
	}
}
