// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/rowmetrics"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// MinRows is the least that Options.MaxRows may be.
const MinRows = 100

// Options of a ledger.
type Options struct {
	// MaxRows is at least MinRows.
	MaxRows int
	// Retention is how long a row stays without traffic.
	Retention time.Duration
	// ContactsPerSecond is how many first contacts of a workload are told in a
	// second. With 0 nothing is told, nor counted as left out.
	ContactsPerSecond int
	// Metrics are those of the rows, nil if there are none. Their State is used by
	// nobody else while the ledger is.
	Metrics *rowmetrics.Metrics
}

// Observation is what one record adds.
type Observation struct {
	// Key says which row it is. Overflow is not set.
	Key egress.Key
	egress.Counts
	// Address of the destination, empty if it is not known.
	Address string
	// Proven is true if the proxy chose the address for the host of a ServiceEntry.
	Proven bool
	// ClientName is the host that the client named in the place of that of the
	// ServiceEntry, empty if there is none.
	ClientName string
	// Time at which the record arrived.
	Time int64
}

// Stats are totals since the ledger was made.
type Stats struct {
	// Rows that are there now, overflow rows included.
	Rows int
	// Overflow counts observations that got no row of their own.
	Overflow int64
	// Expired counts rows that were without traffic for too long.
	Expired int64
	// ContactsNotTold counts first contacts beyond Options.ContactsPerSecond.
	ContactsNotTold int64
}

// Ledger keeps rows. It is not safe for concurrent use.
type Ledger struct {
	options   Options
	places    places
	workloads map[workloadKey]*workload
	// others has the overflow rows of workloads that have no row at all.
	others *workload
	// latest is the workload that was looked for last.
	latest *workload
	stats  Stats
	saving saving
	// unsettled are the rows that have what their series do not have yet.
	unsettled []*row
}

// New returns an empty ledger.
func New(o Options) *Ledger {
	return &Ledger{
		options:   o,
		places:    newPlaces(o.MaxRows),
		workloads: map[workloadKey]*workload{},
		others:    newWorkload(workloadKey{}),
	}
}

// Stats returns the totals.
func (l *Ledger) Stats() Stats {
	s := l.stats
	s.Rows = l.places.taken() + len(l.others.rows)
	return s
}

// Add adds an observation to its row. If the row is new it appends a contact, unless
// its workload has had too many. What is kept of the observation's strings is copied.
func (l *Ledger) Add(o *Observation, contacts []Contact) []Contact {
	w := l.workload(workloadKey{o.Key.Source.Namespace, o.Key.Source.Workload})
	key := keyOf(&o.Key)
	if w != nil {
		if r := w.rows[key]; r != nil && l.goesOn(w, key, r) {
			l.count(r, o)
			return contacts
		}
	}
	w, r, isNew := l.begin(w, o, key)
	l.count(r, o)
	if isNew {
		contacts = l.tell(w, r, o, contacts)
	}
	return contacts
}

// workload finds a workload, nil if it has no rows. Most observations are of the same
// workload as the one before.
func (l *Ledger) workload(who workloadKey) *workload {
	if l.latest == nil || l.latest.key != who {
		l.latest = l.workloads[who]
	}
	return l.latest
}

// count adds an observation to a row. Its series follow with the next Settle.
func (l *Ledger) count(r *row, o *Observation) {
	r.add(o)
	if r.series != nil && !r.unsettled {
		r.unsettled = true
		l.unsettled = append(l.unsettled, r)
	}
	l.note(r)
}

// Settle adds to the series what the rows have beyond them. Whoever looks at the State
// of the metrics calls it before. To do it for each record would cost as much as all
// else that is done for one.
func (l *Ledger) Settle() {
	for i, r := range l.unsettled {
		if r.settled == (egress.Counts{}) {
			l.options.Metrics.Seen(r.series, r.first)
		}
		more := r.Since(r.settled)
		l.options.Metrics.Add(r.series, &more, r.last)
		r.settled, r.unsettled = r.Counts, false
		l.unsettled[i] = nil
	}
	l.unsettled = l.unsettled[:0]
}

// begin finds or makes the row of an observation that has no row yet: its own one, that
// of other ports of its destination, or an overflow row. The workload is nil if it has
// no rows.
func (l *Ledger) begin(w *workload, o *Observation, key rowKey) (_ *workload, _ *row, isNew bool) {
	who := workloadKey{o.Key.Source.Namespace, o.Key.Source.Workload}
	if l.takePort(w, who.namespace, key) {
		return l.put(w, who, key, &o.Key, ordinary)
	}
	if w.portsOf(key) > 0 {
		if w, r, isNew := l.otherPorts(w, who, o, key); r != nil {
			return w, r, isNew
		}
	}
	l.stats.Overflow++
	return l.overflow(w, who, o.Key.Decision)
}

// put makes a row whose place was taken, and its workload if that has no rows.
func (l *Ledger) put(w *workload, who workloadKey, key rowKey, full *egress.Key, a account) (*workload, *row, bool) {
	if w == nil {
		w = newWorkload(who.clone())
		l.workloads[w.key] = w
	}
	l.places.charge(w, a)
	return w, l.beginSeries(w.put(key, full, a)), true
}

func (l *Ledger) beginSeries(r *row) *row {
	if l.options.Metrics != nil {
		r.series = l.options.Metrics.Begin(&r.key)
	}
	return r
}
