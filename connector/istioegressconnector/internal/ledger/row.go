// SPDX-License-Identifier: Apache-2.0

package ledger

import (
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
	first, last int64
	days        egress.Days
	lists       egress.Lists
	account     account
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
	if !r.key.Overflow {
		r.addToLists(o)
	}
}

// addToLists copies the strings that are new.
func (r *row) addToLists(o *Observation) {
	if o.Address != "" {
		known := len(r.lists.Addresses)
		if r.lists.AddAddress(o.Address, o.Proven) {
			r.saved.lists = false
		}
		cloneFrom(r.lists.Addresses, known)
	}
	if o.ClientName != "" {
		known := len(r.lists.ClientNames)
		if r.lists.AddClientName(o.ClientName) {
			r.saved.lists = false
		}
		cloneFrom(r.lists.ClientNames, known)
	}
}

// cloneFrom copies the texts of a list from the nth on.
func cloneFrom(list []string, n int) {
	for ; n < len(list); n++ {
		list[n] = strings.Clone(list[n])
	}
}

// row is the row as others see it.
func (r *row) row() egress.Row {
	row := egress.Row{
		Key: r.key, Counts: r.Counts,
		FirstSeen: time.Unix(0, r.first).UTC(), LastSeen: time.Unix(0, r.last).UTC(), Days: r.days,
	}
	row.SetLists(r.lists.Clone())
	return row
}
