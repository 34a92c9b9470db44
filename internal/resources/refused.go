// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// The rules of this file are those of pkg/config/validation of Istio and of the schema
// of its resources. A resource that Istio refuses has no effect, so what it says must
// not count. Only rules that concern outbound traffic are here: a resource that passes
// may still be refused for something else.

// Bounds of the schema. Source: the kubebuilder comments of service_entry.proto.
const (
	maxHosts = 256
	// MaxAddresses of a ServiceEntry.
	MaxAddresses = 256
	maxPort      = 65535
)

// refused tells why Istio would refuse the entry, empty if it would not.
func (e *ServiceEntry) refused() string {
	s := &e.Spec
	return cmp.Or(
		refusedHosts(s), refusedAddresses(s), refusedPorts(s), refusedResolution(s), refusedEndpoints(s),
		refusedExportTo(s.ExportTo, e.Metadata.Namespace),
	)
}

func refusedHosts(s *ServiceEntrySpec) string {
	if len(s.Hosts) == 0 || len(s.Hosts) > maxHosts {
		return fmt.Sprintf("`hosts` must have 1 to %d hosts", maxHosts)
	}
	for _, h := range s.Hosts {
		if h == "*" || !isDomain(h, true) {
			return fmt.Sprintf("`hosts`: %q is no host", h)
		}
		dns := s.Resolution == DNS || s.Resolution == DNSRoundRobin
		if dns && len(s.Endpoints) == 0 && !isDomain(h, false) {
			return fmt.Sprintf("`hosts`: %q is a wildcard, which `resolution: %s` cannot resolve", h, s.Resolution)
		}
		if s.Resolution == DynamicDNS && !strings.HasPrefix(h, "*") {
			return fmt.Sprintf("`hosts`: %q is no wildcard, which `resolution: DYNAMIC_DNS` asks for", h)
		}
	}
	return ""
}

func refusedAddresses(s *ServiceEntrySpec) string {
	if len(s.Addresses) > MaxAddresses {
		return fmt.Sprintf("`addresses` must have at most %d", MaxAddresses)
	}
	for _, a := range s.Addresses {
		_, networkErr := netip.ParsePrefix(a)
		if _, err := netip.ParseAddr(a); err != nil && networkErr != nil {
			return fmt.Sprintf("`addresses`: %q is neither an address nor a network", a)
		}
		if networkErr == nil && s.Resolution != None && s.Resolution != "" && s.Resolution != Static {
			return fmt.Sprintf("`addresses`: %q is a network, which `resolution: %s` does not take", a, s.Resolution)
		}
	}
	return ""
}

// protocols are those that Istio knows, in lower case.
var protocols = []string{"", "grpc", "grpc-web", "http", "http2", "http_proxy", "https", "mongo", "mysql", "redis", "tcp", "tls", "udp"}

// dynamicProtocols are those that tell the proxy the name that it resolves.
var dynamicProtocols = []string{"http", "http2", "grpc", "tls"}

// manyHostsProtocols are those that tell the proxy which host is meant.
var manyHostsProtocols = []string{"http", "http2", "http_proxy", "grpc", "grpc-web", "https", "tls"}

func refusedPorts(s *ServiceEntrySpec) string {
	numbers, names := map[uint32]bool{}, map[string]bool{}
	for _, p := range s.Ports {
		protocol := strings.ToLower(p.Protocol)
		switch {
		case p.Number == 0 || p.Number > maxPort:
			return fmt.Sprintf("`ports`: %d is no port", p.Number)
		case p.TargetPort > maxPort:
			return fmt.Sprintf("`ports`: the `targetPort` %d is no port", p.TargetPort)
		case numbers[p.Number]:
			return fmt.Sprintf("`ports`: %d is there twice", p.Number)
		case !isLabel(p.Name, false):
			return fmt.Sprintf("`ports`: %q is no name of a port", p.Name)
		case names[p.Name]:
			return fmt.Sprintf("`ports`: %q is there twice", p.Name)
		case !slices.Contains(protocols, protocol):
			return fmt.Sprintf("`ports`: %q is no protocol", p.Protocol)
		case s.Resolution == DynamicDNS && !slices.Contains(dynamicProtocols, protocol):
			return fmt.Sprintf("`ports`: `resolution: DYNAMIC_DNS` does not take the protocol %q", p.Protocol)
		case s.Resolution != None && s.Resolution != "" && len(s.Hosts) > 1 && !slices.Contains(manyHostsProtocols, protocol):
			return fmt.Sprintf("`ports`: the protocol %q does not tell several hosts apart", p.Protocol)
		}
		numbers[p.Number], names[p.Name] = true, true
	}
	return ""
}

func refusedResolution(s *ServiceEntrySpec) string {
	switch {
	case s.WorkloadSelector != nil && len(s.Endpoints) > 0:
		return "`workloadSelector` and `endpoints` exclude each other"
	case s.Location != "" && s.Location != MeshExternal && s.Location != MeshInternal:
		return fmt.Sprintf("`location`: there is no %q", s.Location)
	}
	switch s.Resolution {
	case "", None:
		if len(s.Endpoints) > 0 {
			return "`endpoints` are not taken by `resolution: NONE`"
		}
	case DynamicDNS:
		if len(s.Endpoints) > 0 || len(s.Addresses) > 0 {
			return "`addresses` and `endpoints` are not taken by `resolution: DYNAMIC_DNS`"
		}
	case DNSRoundRobin:
		if len(s.Endpoints) > 1 {
			return "`endpoints`: `resolution: DNS_ROUND_ROBIN` takes one"
		}
	case DNS, Static:
	default:
		return fmt.Sprintf("`resolution`: there is no %q", s.Resolution)
	}
	return ""
}

func refusedEndpoints(s *ServiceEntrySpec) string {
	for _, e := range s.Endpoints {
		for _, name := range slices.Sorted(maps.Keys(e.Ports)) {
			if port := e.Ports[name]; port == 0 || port > maxPort {
				return fmt.Sprintf("`endpoints`: %d is no port", port)
			}
		}
	}
	return ""
}

func refusedExportTo(exportTo []string, namespace string) string {
	seen := map[string]bool{}
	for _, e := range exportTo {
		key := e
		if e == "." {
			key = namespace
		}
		switch {
		case seen[key]:
			return fmt.Sprintf("`exportTo`: %q is there twice", e)
		case e == "*" && len(exportTo) > 1, e == "~" && len(exportTo) > 1:
			return fmt.Sprintf("`exportTo`: %q stands alone", e)
		case e != "*" && e != "~" && e != "." && !isLabel(e, false):
			return fmt.Sprintf("`exportTo`: %q is no namespace", e)
		}
		seen[key] = true
	}
	return ""
}
