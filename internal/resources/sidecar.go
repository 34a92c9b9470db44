// SPDX-License-Identifier: Apache-2.0

package resources

// Mode says what happens to traffic that no entry of the registry describes.
type Mode string

// The modes.
const (
	AllowAny     Mode = "ALLOW_ANY"
	RegistryOnly Mode = "REGISTRY_ONLY"
	// AllowAnyDynamicDNS is ALLOW_ANY, where the proxy resolves the Host of a request. It
	// is a mode of the mesh only.
	AllowAnyDynamicDNS Mode = "ALLOW_ANY_DYNAMIC_DNS"
)

// Sidecar says what the proxies of some workloads know of the registry.
//
// Source of the fields: networking/v1alpha3/sidecar.proto of istio.io/api.
type Sidecar struct {
	Type     `yaml:",inline"`
	Metadata Meta        `yaml:"metadata"`
	Spec     SidecarSpec `yaml:"spec"`
}

// SidecarSpec is what a Sidecar says.
type SidecarSpec struct {
	// WorkloadSelector is nil if the Sidecar is for the whole namespace.
	WorkloadSelector *WorkloadSelector `yaml:"workloadSelector,omitempty"`
	// OutboundTrafficPolicy is nil if the mesh configuration decides.
	OutboundTrafficPolicy *OutboundTrafficPolicy `yaml:"outboundTrafficPolicy,omitempty"`
	Egress                []EgressListener       `yaml:"egress,omitempty"`

	// The other fields say nothing of outbound traffic.

	Ingress               any `yaml:"ingress,omitempty"`
	InboundConnectionPool any `yaml:"inboundConnectionPool,omitempty"`
}

// OutboundTrafficPolicy is what a Sidecar or the mesh configuration says of traffic
// that no entry describes.
type OutboundTrafficPolicy struct {
	// Mode may be empty, which is REGISTRY_ONLY: the zero value of Istio's enumeration.
	Mode Mode `yaml:"mode"`
	// EgressProxy is where traffic goes that no entry describes, if that is not nil.
	EgressProxy *Destination `yaml:"egressProxy,omitempty"`
}

// Destination is a host of the registry.
type Destination struct {
	Host   string `yaml:"host"`
	Subset string `yaml:"subset,omitempty"`
	Port   struct {
		Number uint32 `yaml:"number"`
	} `yaml:"port"`
}

// EgressListener says which hosts are seen on a port, or on all ports.
type EgressListener struct {
	// Port is nil for all ports that no other listener of the Sidecar names.
	Port        *Port  `yaml:"port,omitempty"`
	Bind        string `yaml:"bind,omitempty"`
	CaptureMode string `yaml:"captureMode,omitempty"`
	// Hosts are of the form NAMESPACE/HOST.
	Hosts []string `yaml:"hosts"`
}

// ID of the Sidecar.
func (s *Sidecar) ID() ID {
	return ID{Kind: KindSidecar, Namespace: s.Metadata.Namespace, Name: s.Metadata.Name}
}

// Mode is that of the Sidecar. ok is false if the mesh configuration decides.
func (s *Sidecar) Mode() (m Mode, ok bool) {
	if s.Spec.OutboundTrafficPolicy == nil {
		return "", false
	}
	return s.Spec.OutboundTrafficPolicy.mode(), true
}

func (p *OutboundTrafficPolicy) mode() Mode {
	if p.Mode == "" {
		return RegistryOnly
	}
	return p.Mode
}
