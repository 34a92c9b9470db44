package contractreader

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/namefilter"
)

// schemaNames knows the names of a schema's labels. It is immutable.
type schemaNames struct {
	// schema is the index in contract.Schemas.
	schema uint8
	filter namefilter.Filter // of labels: most attributes of a proxy are none
	labels map[string]contract.Label
	// ordered has the labels of each protocol in order, names those of HTTP: TCP has
	// some of these.
	ordered [2][]contract.Label
	names   []string
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
	n.ordered = [2][]contract.Label{contract.HTTP: s.Labels(contract.HTTP), contract.TCP: s.Labels(contract.TCP)}
	for _, l := range n.ordered[contract.HTTP] {
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
		return n.ordered[contract.HTTP][from], from + 1, true
	}
	if !n.filter.MayHave(name) {
		return 0, from, false
	}
	for i := from; i < len(n.names); i++ {
		if n.names[i] == name {
			return n.ordered[contract.HTTP][i], i + 1, true
		}
	}
	l, ok = n.labels[name]
	return l, from, ok
}

// checkedNames remembers a few names that labels beside those of a schema may have:
// they are the same on each record.
type checkedNames struct {
	of    *schemaNames
	names []string
}

// may tells whether a label beside those of the schema may have a name.
func (c *checkedNames) may(of *schemaNames, name string) bool {
	if c.of != of {
		c.of, c.names = of, c.names[:0]
	}
	if slices.Contains(c.names, name) {
		return true
	}
	if _, _, taken := of.find(name, 0); taken || !isExtraName(name) {
		return false
	}
	if len(c.names) < contract.MaxExtraLabels {
		c.names = append(c.names, strings.Clone(name))
	}
	return true
}

// isExtraName tells whether a label that the schema does not have may have this
// name.
func isExtraName(name string) bool {
	l, standard := contract.LabelByName(name)
	return contract.IsLabelName(name) && !contract.IsReserved(name) && !(standard && l.IsAddress())
}
