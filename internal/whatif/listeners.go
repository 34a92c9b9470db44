// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// listenerKey is where a listener listens. The zero Addr is all addresses.
type listenerKey struct {
	address netip.Addr
	port    uint16
}

// listener takes the connections to a port.
type listener struct {
	protocol protocol
	chains   []chain
	// first is the service that the listener was made for.
	first *service
	// locked listeners were made by a Sidecar's listener with a port: one without a port
	// adds nothing to them.
	locked bool
	// refused are services that got no chain because their protocol does not share the
	// port.
	refused []*service
}

// chain is a filter chain: what it matches, and the service that it leads to.
type chain struct {
	// network is the zero Prefix if it matches all addresses.
	network netip.Prefix
	// serverName may be a wildcard. Empty matches all.
	serverName string
	// http chains take HTTP without encryption, and their requests have routes.
	http bool
	// alone is true if the routes are those of this service only.
	alone   bool
	service *service
}

// matchesAll tells whether the chain is the default one of its listener.
func (c *chain) matchesAll() bool { return !c.network.IsValid() && c.serverName == "" && !c.http }

// forAddress tells whether the chain takes only what goes to the address of its service.
func (c *chain) forAddress() bool {
	return c.network.IsValid() || c.service.single() && (c.alone || !c.http)
}

type listeners map[listenerKey]*listener

// newListeners makes the listeners of a proxy.
//
// Source: buildSidecarOutboundListeners in pilot/pkg/networking/core/listener.go.
func newListeners(imports []imported) listeners {
	all := listeners{}
	for i := range imports {
		in := &imports[i]
		if in.listener.Bind != "" || in.listener.CaptureMode == captureNone {
			continue // It listens elsewhere, where no captured traffic goes.
		}
		port := in.port()
		if port == 0 {
			for _, l := range all {
				l.locked = true
			}
		}
		for _, s := range in.services {
			if port != 0 {
				all.add(s, port, parseProtocol(in.listener.Port.Protocol), s.address())
				continue
			}
			for _, p := range s.ports {
				all.addPort(s, p)
			}
		}
	}
	return all
}

// captureNone is the capture mode of a listener that has a port of its own.
const captureNone = "NONE"

// addPort adds the listener for a port of a service. An entry with `resolution: NONE`
// and without addresses listens on all of them, unless another entry gives its host
// endpoints: it then listens on these, and on none that are hosts.
func (all listeners) addPort(s *service, p servicePort) {
	none := s.entry.Spec.Resolution == resources.None && !s.network.IsValid()
	if endpoints := s.endpoints(p.number); none && endpoints != nil && (p.protocol.isTCP() || p.protocol == sniffed) {
		for _, a := range endpoints {
			if a.IsValid() {
				all.add(s, p.number, p.protocol, a)
			}
		}
		return
	}
	all.add(s, p.number, p.protocol, s.address())
}

// add makes the listener for a port of a service, or adds to the one that is there.
//
// Source: buildSidecarOutboundListener. HTTP listens on all addresses, since names tell
// hosts apart. Everything else listens on the address of the service, if that is a
// single one.
func (all listeners) add(s *service, port uint16, p protocol, address netip.Addr) {
	if p == udp {
		return
	}
	key := listenerKey{port: port}
	if p != plainHTTP && p != proxyHTTP {
		key.address = address
	}
	l := all[key]
	switch {
	case l == nil:
		all[key] = &listener{protocol: sharedProtocol(p), chains: chainsOf(s, p, key), first: s}
	case l.locked:
	case !l.protocol.isTCP() && !p.isTCP():
		// It takes HTTP already, and the routes know the service.
	case (l.protocol.serverSpeaksFirst() || p.serverSpeaksFirst()) && l.protocol != p:
		l.refused = append(l.refused, s)
	default:
		if !p.isTCP() {
			l.protocol = sniffed
		}
		l.merge(chainsOf(s, p, key))
	}
}

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
// Source: mergeTCPFilterChains and conflictsWith.
func (l *listener) merge(chains []chain) {
	for _, c := range chains {
		if !l.has(&c) {
			l.chains = append(l.chains, c)
		}
	}
}

func (l *listener) has(c *chain) bool {
	for i := range l.chains {
		o := &l.chains[i]
		if o.network == c.network && o.serverName == c.serverName && o.http == c.http {
			return true
		}
	}
	return false
}
