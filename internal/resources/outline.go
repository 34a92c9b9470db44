// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Use tells whether a document matters for outbound traffic.
type Use int

const (
	// Used is a document that a rule reads, that could change a verdict, or of which
	// only Read can tell what is wrong.
	Used Use = iota
	// OtherKind is a resource of a kind that has no part in outbound traffic.
	OtherKind
	// NoResource is a document that has no field of a Kubernetes resource or of a mesh
	// configuration, such as the values of a Helm chart.
	NoResource
)

// Document is one of a file, or an item of a list.
type Document struct {
	Text []byte
	// Line is where it begins in the file. The first line of a file is 1.
	Line int
	Use  Use
	// Kind is empty if the document has none that can be read.
	Kind string
}

// Outline cuts a file into documents and tells which of them matter. Read finds the same
// resources in the text of those that are Used as in the whole file.
//
// A list is cut into its items if some of them do not matter. Such an item is written anew,
// so that Read may find what is wrong in it some lines away.
func Outline(data []byte) []Document {
	var documents []Document
	for _, d := range splitDocuments(data) {
		var node yaml.Node
		if err := yaml.Unmarshal(d.text, &node); err != nil {
			documents = append(documents, Document{Text: d.text, Line: d.line})
			continue
		}
		if len(node.Content) == 0 { // comments alone
			continue
		}
		n := node.Content[0]
		if items := mixedItems(n, d.line); items != nil {
			documents = append(documents, items...)
			continue
		}
		use, kind := useOf(n)
		documents = append(documents, Document{Text: d.text, Line: d.line, Use: use, Kind: kind})
	}
	return documents
}

// mixedItems are the items of a list of which some do not matter. It is nil if n is
// another document. A list with aliases stays whole, as they may lead from one item to
// another.
func mixedItems(n *yaml.Node, line int) []Document {
	kind, items := headOf(n).Kind, value(n, "items")
	if !strings.HasSuffix(kind, "List") || items == nil || items.Kind != yaml.SequenceNode || unwieldy(n, 0) != "" || hasAlias(n) {
		return nil
	}
	documents, mixed := make([]Document, 0, len(items.Content)), false
	for _, item := range items.Content {
		text, err := yaml.Marshal(item)
		if err != nil {
			return nil
		}
		use, kind := useOf(item)
		documents = append(documents, Document{Text: text, Line: line + item.Line - 1, Use: use, Kind: kind})
		mixed = mixed || use != Used
	}
	if !mixed {
		return nil
	}
	return documents
}

func hasAlias(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, hasAlias)
}

// head is the part of a resource that says what it is.
type head struct {
	Type     `yaml:",inline"`
	Metadata struct{ Name string }
	// broken is set if it cannot be read.
	broken bool
}

func headOf(n *yaml.Node) (h head) {
	if n.Kind == yaml.MappingNode {
		h.broken = n.Decode(&h) != nil
	}
	return h
}

// usedKinds are those that Read reads, and those that what-if looks at whatever their
// API is.
var usedKinds = []string{KindServiceEntry, KindSidecar, KindIstioOperator, "VirtualService", "DestinationRule", "Service", "NetworkPolicy", "EnvoyFilter"}

// resourceFields show that somebody meant a document without a kind to be a resource, or
// values of Istio's Helm chart. A merge key may bring any of them.
var resourceFields = []string{"apiVersion", "kind", "metadata", "spec", "meshConfig", "<<"}

func useOf(n *yaml.Node) (use Use, kind string) {
	h := headOf(n)
	group, _, _ := strings.Cut(h.APIVersion, "/")
	switch {
	case h.broken:
		return Used, ""
	case h.Kind == "":
		return useWithoutKind(n), ""
	case h.Kind == KindConfigMap && isMeshConfigMap(h.Metadata.Name),
		slices.Contains(usedKinds, h.Kind), strings.HasSuffix(h.Kind, "NetworkPolicy"), strings.HasSuffix(h.Kind, "List"),
		strings.HasSuffix(group, ".istio.io"), group == "gateway.networking.k8s.io":
		return Used, h.Kind
	}
	return OtherKind, h.Kind
}

// useWithoutKind is that of a document without a kind: it may be a mesh configuration,
// or a resource with a mistake.
func useWithoutKind(n *yaml.Node) Use {
	fields := slices.Concat(meshFields, resourceFields)
	if n.Tag == "!!null" || slices.ContainsFunc(fields, func(f string) bool { return value(n, f) != nil }) {
		return Used
	}
	return NoResource
}
