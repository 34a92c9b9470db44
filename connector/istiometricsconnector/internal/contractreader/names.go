// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/namefilter"
)

// schemaNames knows the names of a schema's labels. It is immutable.
type schemaNames struct {
	// schema is the index in contract.Schemas.
	schema uint8
	filter namefilter.Filter // of labels: most attributes of a proxy are none
	labels map[string]contract.Label
	// ordered has the labels of HTTP in order, names their names. TCP has some of
	// these: inSets has those of each protocol.
	ordered []contract.Label
	names   []string
	inSets  [2]contract.LabelMask
	// defaults are the values of labels that are absent.
	defaults contract.LabelSet
}

// namesOf has the names of each of contract.Schemas.
var namesOf = func() (all []*schemaNames) {
	for i, s := range contract.Schemas {
		all = append(all, newSchemaNames(uint8(i), s))
	}
	return all
}()

func newSchemaNames(index uint8, s contract.Schema) *schemaNames {
	n := &schemaNames{schema: index, labels: make(map[string]contract.Label)}
	n.ordered = s.Labels(contract.HTTP)
	n.inSets = [2]contract.LabelMask{contract.HTTP: contract.MaskOf(n.ordered...), contract.TCP: contract.MaskOf(s.Labels(contract.TCP)...)}
	for _, l := range n.ordered {
		name := l.String()
		n.names = append(n.names, name)
		n.labels[name] = l
		n.filter.Add(name)
		n.defaults[l] = l.Default()
	}
	return n
}

// findNames gives the names of a schema, nil if it is not known.
func findNames(s contract.Schema) *schemaNames {
	if i := slices.Index(contract.Schemas, s); i >= 0 {
		return namesOf[i]
	}
	return nil
}

// find gives the schema's label of a name. from is where in the schema's order to
// look first: labels are likely to stand in order, and comparing names is cheaper
// than hashing one. next is where to look for the label after it.
func (n *schemaNames) find(name string, from int) (l contract.Label, next int, ok bool) {
	if from < len(n.names) && n.names[from] == name {
		return n.ordered[from], from + 1, true
	}
	if !n.filter.MayHave(name) {
		return 0, from, false
	}
	for i := from; i < len(n.names); i++ {
		if n.names[i] == name {
			return n.ordered[i], i + 1, true
		}
	}
	l, ok = n.labels[name]
	return l, from, ok
}
