// SPDX-License-Identifier: Apache-2.0

package ledger

// Expire ends the rows without traffic since the retention before now. A row that has
// series stays until the next component took their end. It looks at each row, which
// takes about a millisecond for 20 000.
func (l *Ledger) Expire(now int64) {
	l.Settle()
	l.latest = nil
	oldest := now - l.options.Retention.Nanoseconds()
	for _, w := range l.workloads {
		l.expire(w, oldest)
	}
	l.expire(l.others, oldest)
}

func (l *Ledger) expire(w *workload, oldest int64) {
	for key, r := range w.rows {
		if r.last < oldest && l.mayGo(r) {
			l.remove(w, key, r)
		}
	}
	if len(w.rows) == 0 && w != l.others {
		delete(l.workloads, w.key)
	}
}

// mayGo tells whether the series of a row have ended, and begins their end if need be.
func (l *Ledger) mayGo(r *row) bool {
	switch {
	case l.options.Metrics == nil:
		return true
	case r.ending:
		return r.series.Gone()
	case l.options.Metrics.End(r.series):
		return true // other rows have them
	default:
		r.ending = true
		return false
	}
}

// goesOn tells whether a row still counts. A row whose series have ended is gone: then
// it begins anew. One whose series are about to end goes on with them.
func (l *Ledger) goesOn(w *workload, key rowKey, r *row) bool {
	if !r.ending {
		return true
	}
	if r.series.Gone() {
		l.remove(w, key, r)
		return false
	}
	r.ending = false
	l.beginSeries(r)
	return true
}

// remove forgets a row. A workload without rows stays until the next Expire.
func (l *Ledger) remove(w *workload, key rowKey, r *row) {
	delete(w.rows, key)
	if key.isOfOnePort() {
		if w.ports[key.anyPort()]--; w.ports[key.anyPort()] == 0 {
			delete(w.ports, key.anyPort())
		}
	}
	if r.account != others {
		l.places.giveBack(w, r.account)
	}
	l.stats.Expired++
	l.noteGone(r)
}
