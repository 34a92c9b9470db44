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

// Restore adds a row as it was saved. What has no place any more, since MaxRows is
// smaller now, is added to an overflow row. Nothing is told.
func (l *Ledger) Restore(saved *egress.Row) {
	o := Observation{Key: saved.Key, Counts: saved.Counts, Time: saved.LastSeen.UnixNano()}
	who := workloadKey{o.Key.Source.Namespace, o.Key.Source.Workload}
	w, key := l.workloads[who], keyOf(&o.Key)
	var r *row
	switch {
	case saved.Overflow:
		_, r, _ = l.overflow(w, who, o.Key.Decision)
	case w != nil && w.rows[key] != nil:
		r = w.rows[key]
	default:
		_, r, _ = l.begin(w, &o, key)
	}
	r.add(&o)
	r.days = r.days.And(r.last, saved.Days, saved.LastSeen.UnixNano())
	r.first = min(r.first, saved.FirstSeen.UnixNano())
	if !r.key.Overflow {
		for _, a := range saved.Addresses {
			o.Counts, o.Address = egress.Counts{}, a
			r.add(&o)
		}
		r.moreAddresses = r.moreAddresses || saved.MoreAddresses
	}
}
