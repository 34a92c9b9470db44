// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"maps"
	"slices"
)

// OperatorRow shows one operator to a reader.
type OperatorRow struct {
	// Keys are the names of attributes and JSON members, the operator's own first.
	Keys []string
	// Spellings are those in format strings, with percent signs.
	Spellings []string
}

// OperatorRows shows all of Operators, in the order of the table.
func OperatorRows() []OperatorRow {
	rows := make([]OperatorRow, 0, len(operators))
	for i := range operators {
		o := &operators[i]
		row := OperatorRow{Keys: []string{o.Op.Key()}}
		for _, key := range slices.Sorted(maps.Keys(otherKeys)) {
			if otherKeys[key] == o.Op {
				row.Keys = append(row.Keys, key)
			}
		}
		for _, s := range o.Spellings {
			row.Spellings = append(row.Spellings, "%"+s+"%")
		}
		rows = append(rows, row)
	}
	return rows
}

// CommonKeys are keys that others than Envoy use, too; see Signs.
func CommonKeys() []string { return slices.Clone(commonKeys) }
