// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// imported is what one egress listener of a Sidecar brings in.
type imported struct {
	listener *resources.EgressListener
	services []*service
	hosts    map[string]*hostSet
	// virtual are the virtual hosts by port, made when they are first asked for.
	virtual map[uint16]*virtualHosts
}

// port is the one of the listener, 0 if it is for all ports.
func (i *imported) port() uint16 {
	if i.listener.Port == nil {
		return 0
	}
	return uint16(i.listener.Port.Number)
}

// hostSet has the hosts that a listener imports from a namespace.
type hostSet struct {
	in, out []string
}

// anyNamespace is the key of hosts that may be in any namespace.
const anyNamespace = "*"

// importServices selects what a Sidecar lets a namespace see.
//
// Source: initSidecarScopeInternalIndexes and selectServices in
// pilot/pkg/model/sidecar.go.
func importServices(sidecar *resources.Sidecar, namespace string, r registry) []imported {
	seen := r.seenFrom(namespace)
	if sidecar == nil || len(sidecar.Spec.Egress) == 0 {
		return []imported{importListener(&resources.EgressListener{Hosts: []string{"*/*"}}, namespace, seen)}
	}
	all := make([]imported, len(sidecar.Spec.Egress))
	for i := range sidecar.Spec.Egress {
		l := &sidecar.Spec.Egress[i]
		if allExact(l.Hosts) {
			all[i] = importListener(l, namespace, r.firstOfEach(namespace))
		} else {
			all[i] = importListener(l, namespace, seen)
		}
	}
	return all
}

// allExact tells whether hosts are looked up one by one: none of them is a wildcard, and
// each one names its namespace. Those that are taken out do not count.
//
// Source: convertIstioListenerToWrapper in pilot/pkg/model/sidecar.go.
func allExact(hosts []string) bool {
	return !slices.ContainsFunc(hosts, func(h string) bool {
		namespace, name, _ := strings.Cut(h, "/")
		return !strings.HasPrefix(namespace, "~") && (namespace == anyNamespace || resources.IsWildcard(name))
	})
}

func importListener(l *resources.EgressListener, namespace string, seen []*service) imported {
	in := imported{listener: l, hosts: hostSets(l.Hosts, namespace)}
	for _, s := range seen {
		if sees(in.hosts, s.host, s.namespace()) {
			if s = in.onPort(s); s != nil {
				in.services = append(in.services, s)
			}
		}
	}
	in.services = oneNamespacePerHost(in.services, namespace)
	return in
}

// hostSets reads hosts of the form NAMESPACE/HOST.
func hostSets(hosts []string, namespace string) map[string]*hostSet {
	sets := map[string]*hostSet{}
	for _, h := range hosts {
		ns, name, _ := strings.Cut(h, "/")
		ns, out := strings.CutPrefix(ns, "~")
		switch {
		case out && ns == "":
			ns = anyNamespace
		case ns == ".":
			ns = namespace
		}
		if sets[ns] == nil {
			sets[ns] = &hostSet{}
		}
		if out {
			sets[ns].out = append(sets[ns].out, name)
		} else {
			sets[ns].in = append(sets[ns].in, name)
		}
	}
	return sets
}

// sees tells whether the hosts of a listener import a host.
func sees(sets map[string]*hostSet, host, namespace string) bool {
	within := func(hosts []string) bool {
		return slices.ContainsFunc(hosts, func(h string) bool { return subsetOf(host, h) })
	}
	imports := false
	for _, ns := range []string{namespace, anyNamespace} {
		if set := sets[ns]; set != nil {
			if within(set.out) {
				return false
			}
			imports = imports || within(set.in)
		}
	}
	return imports
}

// subsetOf tells whether all names of a host are names of another one, which may be a
// wildcard.
//
// Source: SubsetOf in pkg/config/host of Istio.
func subsetOf(host, of string) bool {
	suffix, wild := strings.CutPrefix(of, "*")
	if !wild {
		return host == of
	}
	return strings.HasSuffix(strings.TrimPrefix(host, "*"), suffix)
}

// onPort is a service as a listener with a port sees it: with this port only, nil if it
// has not got it.
func (i *imported) onPort(s *service) *service {
	port := i.port()
	if port == 0 || parseProtocol(i.listener.Port.Protocol) == proxyHTTP {
		return s
	}
	p, ok := s.port(port)
	if !ok {
		return nil
	}
	trimmed := *s
	trimmed.ports = []servicePort{p}
	return &trimmed
}

// oneNamespacePerHost keeps the services of one namespace for each host: the workload's
// own one, else the first.
func oneNamespacePerHost(services []*service, own string) []*service {
	from := map[string]string{}
	for _, s := range services {
		if _, ok := from[s.host]; !ok || s.namespace() == own {
			from[s.host] = s.namespace()
		}
	}
	return slices.DeleteFunc(services, func(s *service) bool { return from[s.host] != s.namespace() })
}
