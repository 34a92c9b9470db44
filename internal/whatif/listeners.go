// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"slices"

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
	// first is the service that the listener was made for.
	first *service
	// groups are the chains by the network that they match, the zero Prefix for all
	// addresses. rest takes what no other chain does; if it is nil, the mode decides.
	groups map[netip.Prefix]*group
	rest   *chain
	// readsTLS and readsHTTP tell whether the listener waits for the first bytes of a
	// connection.
	readsTLS, readsHTTP bool
	// locked listeners were made by a Sidecar's listener with a port: one without a port
	// adds nothing to them.
	locked bool
	// refused are entries that got no chain because their protocol does not share the
	// port, maxRefused at most.
	refused []*resources.ServiceEntry
	// invalid is true if Envoy takes no such listener.
	invalid bool
}

// group has the chains for a network: by their server name, which may be a wildcard or
// empty, and the one for HTTP without encryption.
type group struct {
	byName map[string]*chain
	http   *chain
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

// forAddress tells whether the chain takes only what goes to the address of its service.
func (c *chain) forAddress() bool {
	return c.network.IsValid() || c.service.single() && (c.alone || !c.http)
}

// listeners are those of a proxy.
type listeners struct {
	at map[listenerKey]*listener
	// byAddress are the ports where the address matters.
	byAddress map[uint16]bool
}

// newListeners makes the listeners of a proxy.
//
// Source: buildSidecarOutboundListeners in pilot/pkg/networking/core/listener.go.
func newListeners(imports []imported) listeners {
	all := listeners{at: map[listenerKey]*listener{}, byAddress: map[uint16]bool{}}
	for i := range imports {
		in := &imports[i]
		if in.listener.Bind != "" || in.listener.CaptureMode == captureNone {
			continue // It listens elsewhere, where no captured traffic goes.
		}
		port := in.port()
		if port == 0 {
			for _, l := range all.at {
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
	chains := chainsOf(s, p, key)
	if key.address.IsValid() || chains[0].network.IsValid() {
		all.byAddress[port] = true
	}
	l := all.at[key]
	switch {
	case l == nil:
		l = &listener{protocol: sharedProtocol(p), first: s, groups: map[netip.Prefix]*group{}}
		all.at[key] = l
		l.merge(chains)
	case l.locked:
	case !l.protocol.isTCP() && !p.isTCP():
		// It takes HTTP already, and the routes know the service.
	case (l.protocol.serverSpeaksFirst() || p.serverSpeaksFirst()) && l.protocol != p:
		l.refuse(s.entry)
	default:
		if !p.isTCP() {
			l.protocol = sniffed
		}
		l.merge(chains)
	}
}

// maxRefused is the most refused entries that a verdict names.
const maxRefused = 8

// refuse notes an entry once, however many hosts and addresses it has.
func (l *listener) refuse(e *resources.ServiceEntry) {
	if len(l.refused) < maxRefused && !slices.Contains(l.refused, e) {
		l.refused = append(l.refused, e)
	}
}
