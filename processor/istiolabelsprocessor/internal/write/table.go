// SPDX-License-Identifier: Apache-2.0

package write

import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"

// table remembers the groups of sets within one scope: it spares most records the
// look-up in the scope's own map.
type table struct {
	scope uint64
	cells [256]cell
}

type cell struct {
	set   *labelset.Set
	scope uint64
	group int32
}

// next starts another scope: what is known of the last one means nothing.
func (t *table) next() { t.scope++ }

// groupOf is the group of a set in the current scope.
func (t *table) groupOf(set *labelset.Set, current *scope) int32 {
	c := &t.cells[set.ID%uint64(len(t.cells))]
	if c.set != set || c.scope != t.scope {
		*c = cell{set, t.scope, current.groupOf(set)}
	}
	return c.group
}
