// SPDX-License-Identifier: Apache-2.0

package ledger

import "github.com/otelcol-istio/otelcol-istio/internal/egress"

// Rows returns copies of all rows, in no order.
func (l *Ledger) Rows() []egress.Row {
	rows := make([]egress.Row, 0, l.places.taken()+len(l.others.rows))
	for _, w := range l.workloads {
		for _, r := range w.rows {
			rows = append(rows, r.row())
		}
	}
	for _, r := range l.others.rows {
		rows = append(rows, r.row())
	}
	return rows
}
