// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// entry becomes a ServiceEntry.
type entry struct {
	namespace string
	// name of the resource. Empty is the host's.
	name, host string
	// addresses are single ones and networks, nil in an entry for a name.
	addresses []netip.Prefix
	// exportTo are the namespaces of a shared entry.
	exportTo []string
	// ports have protocols.
	ports map[uint16]string
	rows  []*egress.Row
}

// add adds a port. On a port with HTTP and gRPC it is HTTP.
func (e *entry) add(port uint16, protocol string, rows ...*egress.Row) {
	if e.ports == nil {
		e.ports = map[uint16]string{}
	}
	switch known := e.ports[port]; {
	case known == "" || protocol == protocolTCP:
		e.ports[port] = protocol
	case known != protocol && known != protocolTCP:
		e.ports[port] = protocolHTTP
	}
	e.rows = append(e.rows, rows...)
}

// signature is the same for entries with the same ports.
func (e *entry) signature() string {
	var b strings.Builder
	for _, port := range slices.Sorted(maps.Keys(e.ports)) {
		b.WriteString(e.ports[port] + strconv.Itoa(int(port)) + " ")
	}
	return b.String()
}

func (e *entry) resolution(s *Settings) resources.Resolution {
	switch {
	case e.isLiteral():
		return resources.Static
	case len(e.addresses) > 0:
		return resources.None
	case !strings.HasPrefix(e.host, "*."):
		return resources.DNS
	case s.DynamicDNS:
		return resources.DynamicDNS
	default:
		return resources.None
	}
}

// isLiteral tells whether the entry is for requests whose Host is its address. With NONE
// such a Host would reach whatever address the client connects to.
func (e *entry) isLiteral() bool { return len(e.addresses) > 0 && e.hasHTTP() }

func (e *entry) hasHTTP() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(e.ports)), func(p string) bool { return p == protocolHTTP || p == protocolGRPC })
}

// resourceName is one that no other host has: the host, or a single label for what is
// none.
func (e *entry) resourceName() string {
	if e.name != "" {
		return e.name
	}
	if parent, ok := strings.CutPrefix(e.host, "*."); ok {
		return label("wildcard-"+parent, e.host)
	}
	return e.host
}
