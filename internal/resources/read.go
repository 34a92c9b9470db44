// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What Read takes at most. What is beyond becomes a Problem.
const (
	// MaxBytes of one file.
	MaxBytes = 1 << 20
	// MaxResources of one file, items of lists included. It is also the most documents.
	MaxResources = 5000
	// MaxProblems of one file that are told one by one.
	MaxProblems = 100
	// maxDepth of lists and maps in a document, which is more than any resource has.
	maxDepth = 40
)

// Read reads the YAML documents of a file. JSON is YAML, too.
//
// Resources without a namespace get the given one. A list, such as `kubectl get -o yaml`
// writes, stands for its items. A document without a kind is read as a mesh
// configuration if it has one of its fields. The name of the file is for Problems only.
func Read(file string, data []byte, namespace string) Set {
	r := reader{file: file, namespace: namespace}
	if len(data) > MaxBytes {
		r.problem(0, ID{}, fmt.Sprintf("the file has more than %d bytes", MaxBytes))
		return r.set
	}
	for i, d := range splitDocuments(data) {
		r.line = d.line
		if i == MaxResources {
			r.problem(1, ID{}, fmt.Sprintf("the file has more than %d documents", MaxResources))
			break
		}
		var node yaml.Node
		switch err := yaml.Unmarshal(d.text, &node); {
		case err != nil:
			r.problem(1, ID{}, err.Error())
		case len(node.Content) > 0:
			r.document(node.Content[0])
		}
	}
	if r.dropped > 0 {
		r.set.Problems = append(r.set.Problems, Problem{File: file, Reason: fmt.Sprintf("%d more problems", r.dropped)})
	}
	return Join(r.set)
}

// reader is the state of Read.
type reader struct {
	file, namespace string
	// line of the document in the file.
	line int
	// resources that were read.
	resources int
	set       Set
	// dropped problems.
	dropped int
}

// maxReason is how long a reason may be, in bytes: the errors of the YAML library
// repeat what is in the document.
const maxReason = 300

// problem notes why a resource is not used. line is counted from 1 in the document.
func (r *reader) problem(line int, id ID, reason string) {
	if len(r.set.Problems) >= MaxProblems {
		r.dropped++
		return
	}
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "") + "..."
	}
	p := Problem{File: r.file, Resource: id, Reason: reason}
	if line > 0 {
		p.Line = r.line + line - 1
	}
	r.set.Problems = append(r.set.Problems, p)
}

// document reads a document.
func (r *reader) document(n *yaml.Node) {
	if reason := unwieldy(n, 0); reason != "" {
		r.problem(n.Line, ID{}, reason)
		return
	}
	r.resource(n, true)
}

// resource reads a resource, or the items of a list, which holds no further lists.
func (r *reader) resource(n *yaml.Node, maybeList bool) {
	var head struct {
		Type     `yaml:",inline"`
		Metadata Meta        `yaml:"metadata"`
		Items    []yaml.Node `yaml:"items"`
	}
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" {
			r.problem(n.Line, ID{}, "the document is no map")
		}
		return
	}
	if err := n.Decode(&head); err != nil {
		r.problem(n.Line, ID{}, err.Error())
		return
	}
	if maybeList && strings.HasSuffix(head.Kind, "List") {
		for i := range head.Items {
			r.resource(&head.Items[i], false)
		}
		return
	}
	if r.resources++; r.resources > MaxResources {
		r.problem(n.Line, ID{}, fmt.Sprintf("the file has more than %d resources", MaxResources))
		return
	}
	if head.Kind == "" {
		r.bareMesh(n)
		return
	}
	if head.Metadata.Namespace == "" {
		head.Metadata.Namespace = r.namespace
	}
	if head.Kind == KindIstioOperator && head.Metadata.Name == "" {
		r.istioOperator(n, ID{}) // a file for istioctl, which asks for no name
		return
	}
	id := ID{Kind: head.Kind, Namespace: head.Metadata.Namespace, Name: head.Metadata.Name}
	if reason := checkID(id); reason != "" {
		r.problem(n.Line, ID{}, reason)
		return
	}
	r.kind(n, head.Type, head.Metadata, id)
}

// kind reads a resource by its kind.
func (r *reader) kind(n *yaml.Node, t Type, m Meta, id ID) {
	istio := strings.HasPrefix(t.APIVersion, "networking.istio.io/")
	switch {
	case istio && t.Kind == KindServiceEntry:
		e := ServiceEntry{Type: t, Metadata: m}
		if r.spec(n, &e.Spec, id) && r.passes(n, id, e.refused()) {
			e.fillIn()
			r.set.ServiceEntries = append(r.set.ServiceEntries, e)
		}
	case istio && t.Kind == KindSidecar:
		s := Sidecar{Type: t, Metadata: m}
		if r.spec(n, &s.Spec, id) && r.passes(n, id, s.refused()) {
			r.set.Sidecars = append(r.set.Sidecars, s)
		}
	case t.Kind == KindConfigMap && isMeshConfigMap(m.Name):
		r.configMap(n, id)
	case t.Kind == KindIstioOperator:
		r.istioOperator(n, id)
	default:
		r.set.NotConsidered = append(r.set.NotConsidered, Object{ID: id, Hosts: hostsOf(n, id)})
	}
}

// passes notes what Istio would refuse.
func (r *reader) passes(n *yaml.Node, id ID, refused string) bool {
	if refused != "" {
		r.problem(n.Line, id, "Istio refuses it: "+refused)
	}
	return refused == ""
}
