// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// meshFields are those of Mesh. A document without a kind that has one of them is a
// mesh configuration.
var meshFields = []string{"outboundTrafficPolicy", "defaultServiceExportTo", "rootNamespace"}

// bareMesh reads a document without a kind: a mesh configuration, or values of a Helm
// chart that hold one.
func (r *reader) bareMesh(n *yaml.Node) {
	if inner := value(n, "meshConfig"); inner != nil {
		r.mesh(inner, ID{})
		return
	}
	if slices.ContainsFunc(meshFields, func(f string) bool { return value(n, f) != nil }) {
		r.mesh(n, ID{})
		return
	}
	r.problem(n.Line, ID{}, "the document has no kind and is no mesh configuration")
}

// isMeshConfigMap tells whether a ConfigMap of this name may be the one that istiod
// reads: that of a revision has the revision in its name.
func isMeshConfigMap(name string) bool {
	return name == "istio" || strings.HasPrefix(name, "istio-")
}

// configMap reads the ConfigMap that istiod reads. Others of such a name are not
// considered.
func (r *reader) configMap(n *yaml.Node, id ID) {
	text := value(value(n, "data"), "mesh")
	if text == nil {
		r.set.NotConsidered = append(r.set.NotConsidered, Object{ID: id})
		return
	}
	var inner yaml.Node
	if err := yaml.Unmarshal([]byte(text.Value), &inner); err != nil {
		r.problem(text.Line, id, err.Error())
		return
	}
	if len(inner.Content) == 0 {
		return
	}
	if reason := unwieldy(inner.Content[0], 0); reason != "" {
		r.problem(text.Line, id, reason)
		return
	}
	r.mesh(inner.Content[0], id)
}

// istioOperator reads the mesh configuration of an installation. One without a name and
// without such a configuration says nothing.
func (r *reader) istioOperator(n *yaml.Node, id ID) {
	if inner := value(value(n, "spec"), "meshConfig"); inner != nil {
		r.mesh(inner, id)
		return
	}
	if id != (ID{}) {
		r.set.NotConsidered = append(r.set.NotConsidered, Object{ID: id})
	}
}

func (r *reader) mesh(n *yaml.Node, id ID) {
	m := Mesh{Source: id}
	if err := n.Decode(&m); err != nil {
		r.problem(n.Line, id, err.Error())
		return
	}
	if m.OutboundTrafficPolicy != nil {
		if reason := refusedMode(m.OutboundTrafficPolicy.Mode); reason != "" {
			r.problem(n.Line, id, "Istio refuses it: "+reason)
			return
		}
	}
	r.set.Mesh = &m
}
