// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"slices"
	"strings"
)

// Location tells whether the hosts of a ServiceEntry are a part of the mesh.
type Location string

// The locations.
const (
	MeshExternal Location = "MESH_EXTERNAL"
	MeshInternal Location = "MESH_INTERNAL"
)

// Resolution says how a proxy finds the addresses that it sends to.
type Resolution string

// The resolutions.
const (
	// None sends to the address that the client connected to.
	None Resolution = "NONE"
	// Static sends to the endpoints of the entry.
	Static Resolution = "STATIC"
	// DNS sends to what the proxy resolves the host, or the endpoints, to.
	DNS Resolution = "DNS"
	// DNSRoundRobin is DNS with one of the addresses at a time.
	DNSRoundRobin Resolution = "DNS_ROUND_ROBIN"
	// DynamicDNS sends to what the proxy resolves the name in the traffic to. Its hosts
	// are wildcards.
	DynamicDNS Resolution = "DYNAMIC_DNS"
)

// ServiceEntry adds hosts to the registry of a mesh.
//
// Source of the fields and of their defaults: networking/v1alpha3/service_entry.proto
// of istio.io/api. Read fills in the defaults of Location and Resolution.
type ServiceEntry struct {
	Type     `yaml:",inline"`
	Metadata Meta             `yaml:"metadata"`
	Spec     ServiceEntrySpec `yaml:"spec"`
}

// ServiceEntrySpec is what a ServiceEntry says.
type ServiceEntrySpec struct {
	Hosts     []string `yaml:"hosts"`
	Addresses []string `yaml:"addresses,omitempty"`
	// ExportTo lists the namespaces that see the entry: names, `.` for its own, `*` for
	// all. If it is empty, the mesh configuration decides.
	ExportTo []string `yaml:"exportTo,omitempty"`
	// Location and Resolution are always written, so that whoever reviews the file sees
	// them.
	Location         Location          `yaml:"location"`
	Resolution       Resolution        `yaml:"resolution"`
	Ports            []Port            `yaml:"ports,omitempty"`
	Endpoints        []Endpoint        `yaml:"endpoints,omitempty"`
	WorkloadSelector *WorkloadSelector `yaml:"workloadSelector,omitempty"`
	SubjectAltNames  []string          `yaml:"subjectAltNames,omitempty"`
}

// Port is a port of a ServiceEntry or of a Sidecar's listener.
type Port struct {
	Number uint32 `yaml:"number"`
	Name   string `yaml:"name"`
	// Protocol is one of HTTP, HTTPS, HTTP2, GRPC, GRPC-Web, MONGO, MySQL, REDIS, TCP,
	// TLS and UDP, in any case. If it is empty, the proxy tells HTTP from other traffic
	// by its first bytes.
	Protocol   string `yaml:"protocol"`
	TargetPort uint32 `yaml:"targetPort,omitempty"`
}

// IsHTTP tells whether Istio tells the hosts on the port apart by the Host of requests.
func (p Port) IsHTTP() bool {
	return slices.Contains([]string{"http", "http2", "grpc", "grpc-web"}, strings.ToLower(p.Protocol))
}

// IsTLS tells whether Istio tells the hosts on the port apart by server names.
func (p Port) IsTLS() bool {
	return strings.EqualFold(p.Protocol, "TLS") || strings.EqualFold(p.Protocol, "HTTPS")
}

// Endpoint is an address that a ServiceEntry sends to.
type Endpoint struct {
	Address        string            `yaml:"address,omitempty"`
	Ports          map[string]uint32 `yaml:"ports,omitempty"`
	Labels         map[string]string `yaml:"labels,omitempty"`
	Network        string            `yaml:"network,omitempty"`
	Locality       string            `yaml:"locality,omitempty"`
	Weight         uint32            `yaml:"weight,omitempty"`
	ServiceAccount string            `yaml:"serviceAccount,omitempty"`
}

// ID of the entry.
func (e *ServiceEntry) ID() ID {
	return ID{Kind: KindServiceEntry, Namespace: e.Metadata.Namespace, Name: e.Metadata.Name}
}

// fillIn sets what is left out to what Istio takes it for.
func (e *ServiceEntry) fillIn() {
	if e.Spec.Location == "" {
		e.Spec.Location = MeshExternal
	}
	if e.Spec.Resolution == "" {
		e.Spec.Resolution = None
	}
}
