// SPDX-License-Identifier: Apache-2.0

package resources

// Mesh is the part of the mesh configuration that decides about outbound traffic.
//
// Source: mesh/v1alpha1/config.proto of istio.io/api. The fields that a configuration
// leaves out are empty; the methods tell what Istio takes them for.
type Mesh struct {
	OutboundTrafficPolicy *OutboundTrafficPolicy `yaml:"outboundTrafficPolicy"`
	// DefaultServiceExportTo is the ExportTo of entries without one.
	DefaultServiceExportTo []string `yaml:"defaultServiceExportTo"`
	// RootNamespace has the Sidecar of all namespaces that have none.
	RootNamespace string `yaml:"rootNamespace"`
	// Source is the resource that it was read from, the zero ID if that was a document
	// without a name.
	Source ID `yaml:"-"`
}

// DefaultRootNamespace is where Istio is installed if nobody says otherwise.
const DefaultRootNamespace = "istio-system"

// Mode is the mode of the mesh, ALLOW_ANY if the configuration does not say it.
//
// Source: DefaultMeshConfig in pkg/config/mesh of Istio.
func (m *Mesh) Mode() Mode {
	if m == nil || m.OutboundTrafficPolicy == nil {
		return AllowAny
	}
	return m.OutboundTrafficPolicy.mode()
}

// Root is the root namespace of the mesh.
func (m *Mesh) Root() string {
	if m == nil || m.RootNamespace == "" {
		return DefaultRootNamespace
	}
	return m.RootNamespace
}

// ExportTo of entries that have none: all namespaces, if the mesh configuration says
// nothing else.
func (m *Mesh) ExportTo() []string {
	if m == nil || len(m.DefaultServiceExportTo) == 0 {
		return []string{"*"}
	}
	return m.DefaultServiceExportTo
}
