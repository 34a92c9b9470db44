// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/fairshare"
)

// overflow finds or makes the overflow row of a workload, or that of all others.
func (l *Ledger) overflow(w *workload, who workloadKey, d egress.Decision) (_ *workload, _ *row, isNew bool) {
	key, full := overflowKey(d), overflowOf(d)
	if w != nil {
		if r := w.rows[key]; r != nil && l.goesOn(w, key, r) {
			return w, r, false
		}
	}
	if l.places.take(w, who.namespace, reserve, fairshare.MayTake) {
		return l.put(w, who, key, &full, reserve)
	}
	return l.overflowOfOthers(d)
}

// overflowOfOthers finds or makes the overflow row of all others.
func (l *Ledger) overflowOfOthers(d egress.Decision) (_ *workload, _ *row, isNew bool) {
	key, full := overflowKey(d), overflowOf(d)
	if r := l.others.rows[key]; r != nil && l.goesOn(l.others, key, r) {
		return l.others, r, false
	}
	return l.others, l.beginSeries(l.others.put(key, &full, others)), true
}

func overflowOf(d egress.Decision) egress.Key {
	return egress.Key{NameSource: egress.NoName, Decision: d, Overflow: true}
}
