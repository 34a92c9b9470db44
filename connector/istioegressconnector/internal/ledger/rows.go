// SPDX-License-Identifier: Apache-2.0

package ledger

import "github.com/otelcol-istio/otelcol-istio/internal/egress"

// Rows returns copies of all rows, in no order.
func (l *Ledger) Rows() []egress.Row {
	rows := make([]egress.Row, 0, l.Stats().Rows)
	for r := range l.all {
		rows = append(rows, r.row())
	}
	return rows
}

// all calls yield for each row, in no order.
func (l *Ledger) all(yield func(*row) bool) {
	for _, w := range l.workloads {
		for _, r := range w.rows {
			if !yield(r) {
				return
			}
		}
	}
	for _, r := range l.others.rows {
		if !yield(r) {
			return
		}
	}
}
