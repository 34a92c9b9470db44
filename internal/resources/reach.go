// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

// Reach is where an entry can be seen.
type Reach struct {
	// All is true if all namespaces see it.
	All        bool     `json:"all,omitempty"`
	Namespaces []string `json:"namespaces,omitempty"`
}

// Includes tells whether a namespace sees the entry.
func (r Reach) Includes(namespace string) bool {
	return r.All || slices.Contains(r.Namespaces, namespace)
}

// Reach of an entry: its ExportTo, else that of the mesh configuration, which may be nil.
//
// Source: serviceExportTo in pilot/pkg/model/push_context.go of Istio.
func (e *ServiceEntry) Reach(m *Mesh) Reach {
	exportTo := e.Spec.ExportTo
	if len(exportTo) == 0 {
		exportTo = m.ExportTo()
	}
	var r Reach
	for _, to := range exportTo {
		switch to {
		case "*":
			return Reach{All: true}
		case "~":
			return Reach{}
		case ".":
			r.Namespaces = append(r.Namespaces, e.Metadata.Namespace)
		default:
			r.Namespaces = append(r.Namespaces, to)
		}
	}
	return r
}

// NormalHost is a host as DNS compares it: in lower case, without a dot at the end.
func NormalHost(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// IsWildcard tells whether a host stands for several names.
func IsWildcard(host string) bool { return strings.HasPrefix(host, "*") }

// Covers tells whether a host of an entry stands for a name. See host.Covers.
func Covers(entry, name string) bool { return host.Covers(entry, name) }
