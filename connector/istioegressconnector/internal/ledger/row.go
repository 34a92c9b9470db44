// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/rowmetrics"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// workloadKey says who a workload is. Its app is no part of that.
type workloadKey struct{ namespace, name string }

func (k workloadKey) clone() workloadKey {
	return workloadKey{strings.Clone(k.namespace), strings.Clone(k.name)}
}

// workload has the rows of one workload.
type workload struct {
	key  workloadKey
	rows map[rowKey]*row
	// ports counts the rows that differ in the port alone, by their key without it.
	ports map[rowKey]uint8
	// held are the places of its rows.
	held [numAccounts]int
	// told is for first contacts, toldOfPorts for those of rows of other ports.
	told, toldOfPorts allowance
}

func newWorkload(key workloadKey) *workload {
	return &workload{key: key, rows: map[rowKey]*row{}, ports: map[rowKey]uint8{}}
}

// put makes a row. It copies the strings of the key.
func (w *workload) put(key rowKey, full *egress.Key, a account) *row {
	key = rowKey{
		app:         strings.Clone(key.app),
		destination: strings.Clone(key.destination),
		entry:       strings.Clone(key.entry),
		enums:       key.enums,
	}
	r := &row{key: *full, account: a}
	r.key.Source = egress.Source{Namespace: w.key.namespace, Workload: w.key.name, App: key.app}
	r.key.Destination, r.key.Entry = key.destination, key.entry
	w.rows[key] = r
	if key.isOfOnePort() {
		w.ports[key.anyPort()]++
	}
	return r
}

// numDecisions is how many overflow rows a workload may have.
const numDecisions = int(egress.NumDecisions)

// rowKey tells the rows of a workload apart.
type rowKey struct {
	app, destination, entry string
	enums
}

// enums are the parts of a key that have few values.
type enums struct {
	port       uint16
	nameSource egress.NameSource
	traffic    egress.Traffic
	decision   egress.Decision
	otherPorts bool
	overflow   bool
}

func keyOf(k *egress.Key) rowKey {
	return rowKey{k.Source.App, k.Destination, k.Entry, enums{k.Port, k.NameSource, k.Traffic, k.Decision, k.OtherPorts, false}}
}

func overflowKey(d egress.Decision) rowKey {
	return rowKey{enums: enums{decision: d, overflow: true}}
}

// row is what is kept of an egress.Row.
type row struct {
	key egress.Key
	egress.Counts
	first, last   int64
	days          egress.Days
	addresses     []string
	moreAddresses bool
	account       account
	// ending is true while the series are ending. They are nil if there are no metrics.
	ending bool
	series *rowmetrics.Series
	// settled is what the series have of the row.
	settled   egress.Counts
	unsettled bool
	saved     savedRow
}

// add adds an observation. A clock that was set back does not move the row's times.
func (r *row) add(o *Observation) {
	r.Add(o.Counts)
	if r.first == 0 {
		r.first = o.Time
	}
	r.days = r.days.And(r.last, egress.FirstDay, o.Time)
	r.last = max(r.last, o.Time)
	switch {
	case o.Address == "" || r.key.Overflow || slices.Contains(r.addresses, o.Address):
	case len(r.addresses) < egress.MaxAddresses:
		r.addresses = append(r.addresses, strings.Clone(o.Address))
		r.saved.addresses = false
	case !r.moreAddresses:
		r.moreAddresses, r.saved.addresses = true, false
	}
}

// row is the row as others see it.
func (r *row) row() egress.Row {
	return egress.Row{
		Key: r.key, Counts: r.Counts,
		FirstSeen: time.Unix(0, r.first).UTC(), LastSeen: time.Unix(0, r.last).UTC(),
		Days: r.days, Addresses: slices.Clone(r.addresses), MoreAddresses: r.moreAddresses,
	}
}
