// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"fmt"
	"strings"
)

// refused tells why Istio would refuse the Sidecar, empty if it would not.
func (s *Sidecar) refused() string {
	if p := s.Spec.OutboundTrafficPolicy; p != nil {
		switch reason := refusedMode(p.Mode); {
		case reason != "":
			return reason
		case p.Mode == AllowAnyDynamicDNS:
			return "`outboundTrafficPolicy`: ALLOW_ANY_DYNAMIC_DNS is a mode of the mesh only"
		case p.EgressProxy != nil && p.Mode != AllowAny:
			return "`egressProxy` asks for the mode ALLOW_ANY"
		case p.EgressProxy != nil && p.EgressProxy.Port.Number > maxPort:
			return fmt.Sprintf("`egressProxy`: %d is no port", p.EgressProxy.Port.Number)
		}
	}
	if len(s.Spec.Egress) == 0 && s.Spec.OutboundTrafficPolicy == nil && s.Spec.Ingress == nil && s.Spec.InboundConnectionPool == nil {
		return "it says nothing"
	}
	seen := map[uint32]bool{}
	for i, l := range s.Spec.Egress {
		switch {
		case len(l.Hosts) == 0:
			return "`egress`: a listener has no `hosts`"
		case l.Port == nil && i < len(s.Spec.Egress)-1:
			return "`egress`: the listener without a port must be the last one"
		case l.Port != nil && l.Port.Number > maxPort:
			return fmt.Sprintf("`egress`: %d is no port", l.Port.Number)
		case l.Port != nil && l.Port.Number > 0 && seen[l.Port.Number]:
			return fmt.Sprintf("`egress`: the port %d is there twice", l.Port.Number)
		}
		if l.Port != nil {
			seen[l.Port.Number] = true
		}
		for _, h := range l.Hosts {
			if !isEgressHost(h) {
				return fmt.Sprintf("`egress`: %q is not of the form NAMESPACE/HOST", h)
			}
		}
	}
	return ""
}

func refusedMode(m Mode) string {
	switch m {
	case "", AllowAny, RegistryOnly, AllowAnyDynamicDNS:
		return ""
	default:
		return fmt.Sprintf("`outboundTrafficPolicy`: there is no mode %q", m)
	}
}

// isEgressHost: a namespace, `.`, `*` or `~`, and a host that may be a wildcard. A `~`
// before the namespace takes the host out.
func isEgressHost(h string) bool {
	namespace, name, ok := strings.Cut(h, "/")
	if !ok {
		return false
	}
	if rest, excluded := strings.CutPrefix(namespace, "~"); excluded {
		namespace = rest
		if rest == "" {
			namespace = "*"
		}
	}
	return (namespace == "*" || namespace == "." || isLabel(namespace, false)) &&
		(name == "*" || isDomain(name, true))
}
