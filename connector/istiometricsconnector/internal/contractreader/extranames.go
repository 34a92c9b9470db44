// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// extraNames remembers a few names that labels beside those of a schema may have:
// they are the same on each record.
type extraNames struct {
	of    *schemaNames
	known []extraName
}

// extraName is the name of a label beside those of a schema.
type extraName struct {
	name string
	// label is the one of another schema that has this name, else NoLabel.
	label contract.Label
}

// find gives a name that a label beside those of the schema may have; false if it
// may not.
func (c *extraNames) find(of *schemaNames, name string) (extraName, bool) {
	if c.of != of {
		c.of, c.known = of, c.known[:0]
	}
	if i := slices.IndexFunc(c.known, func(x extraName) bool { return x.name == name }); i >= 0 {
		return c.known[i], true
	}
	if _, _, taken := of.find(name, 0); taken || !isExtraName(name) {
		return extraName{}, false
	}
	x := extraName{strings.Clone(name), contract.NoLabel}
	if l, ok := contract.LabelByName(name); ok {
		x.label = l
	}
	if len(c.known) < contract.MaxExtraLabels {
		c.known = append(c.known, x)
	}
	return x, true
}

// isExtraName tells whether a label that the schema does not have may have this
// name.
func isExtraName(name string) bool {
	l, standard := contract.LabelByName(name)
	return contract.IsLabelName(name) && !contract.IsReserved(name) && !(standard && l.IsAddress())
}
