// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/fairshare"
)

// anyPort is the key of a row without its port.
func (k rowKey) anyPort() rowKey {
	k.port, k.otherPorts = 0, false
	return k
}

// isOfOnePort tells whether the row is one of a single port, or of traffic whose log does
// not say the port.
func (k rowKey) isOfOnePort() bool { return !k.otherPorts && !k.overflow }

// portsOf counts the rows that differ from a key in the port alone. The workload is nil
// if it has no rows.
func (w *workload) portsOf(k rowKey) int {
	if w == nil {
		return 0
	}
	return int(w.ports[k.anyPort()])
}

// takePort takes a place for the row of a port. A destination has egress.MaxPorts of
// them at most: else who scans the ports of one address would use up the share of its
// workload. The first port of a destination may take any place of that share, all others
// may take half of them.
func (l *Ledger) takePort(w *workload, namespace string, k rowKey) bool {
	switch ports := w.portsOf(k); {
	case ports == 0:
		return l.places.take(w, namespace, ordinary, fairshare.MayTake)
	case ports < egress.MaxPorts:
		return l.places.take(w, namespace, ordinary, fairshare.MayTakeOfFew)
	default:
		return false
	}
}

// otherPorts finds or makes the row of the ports of a destination that have no row of
// their own. The row is nil if there is no place for it.
func (l *Ledger) otherPorts(w *workload, who workloadKey, o *Observation, key rowKey) (_ *workload, _ *row, isNew bool) {
	key.port, key.otherPorts = 0, true
	if r := w.rows[key]; r != nil && l.goesOn(w, key, r) {
		return w, r, false
	}
	if !l.places.take(w, who.namespace, ordinary, fairshare.MayTake) {
		return w, nil, false
	}
	full := o.Key
	full.Port, full.OtherPorts = 0, true
	return l.put(w, who, key, &full, ordinary)
}
