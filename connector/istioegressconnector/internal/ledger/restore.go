// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"maps"
	"slices"
	"time"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/rowmetrics"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// Restorer collects what a Ledger saved. Its zero value has nothing.
type Restorer struct {
	// Since is when the ledger that was saved first had begun, in nanoseconds since the
	// Unix epoch.
	Since int64
	rows  map[uint64]*egress.Row
}

// Read reads what AppendUnsaved wrote. It must be read in order.
func (r *Restorer) Read(value []byte) error {
	if r.rows == nil {
		r.rows = map[uint64]*egress.Row{}
	}
	d := state.NewDecoder(value)
	r.Since = d.Int()
	for d.More() {
		switch d.Byte() {
		case kindRow:
			r.readRow(d)
		case kindGone:
			delete(r.rows, d.Uint())
		case kindLists:
			r.readLists(d)
		default:
			d.Fail()
		}
	}
	return d.End()
}

func (r *Restorer) readRow(d *state.Decoder) {
	number := d.Uint()
	row := r.rows[number]
	if d.Bool() {
		key := readKey(d)
		if row == nil {
			row = &egress.Row{Key: key}
			r.rows[number] = row
		} else if row.Key != key {
			d.Fail()
		}
	}
	if row == nil || d.Failed() {
		d.Fail()
		return
	}
	for _, n := range []*int64{&row.Requests, &row.Connections, &row.SentBytes, &row.ReceivedBytes} {
		*n = d.Int()
	}
	row.FirstSeen, row.LastSeen = time.Unix(0, d.Int()).UTC(), time.Unix(0, d.Int()).UTC()
	row.Days = egress.Days(d.Int())
	if d.Bool() {
		row.Addresses, row.MoreAddresses = readStrings(d, egress.MaxAddresses)
	}
	if min(row.Requests, row.Connections, row.SentBytes, row.ReceivedBytes) < 0 {
		d.Fail()
	}
}

// readLists reads what appendLists wrote, which is of a row that was read before.
func (r *Restorer) readLists(d *state.Decoder) {
	row := r.rows[d.Uint()]
	if row == nil || d.Failed() {
		d.Fail()
		return
	}
	row.ProvenAddresses = d.Byte()
	row.ClientNames, row.MoreClientNames = readStrings(d, egress.MaxClientNames)
}

func readStrings(d *state.Decoder, most int) (texts []string, more bool) {
	for range min(d.Count(), most) {
		texts = append(texts, d.String())
	}
	return texts, d.Bool()
}

func readKey(d *state.Decoder) egress.Key {
	k := egress.Key{Source: egress.Source{Namespace: d.Word(), Workload: d.Word(), App: d.Word()}}
	k.Destination, k.Entry = d.String(), d.Word()
	port := d.Uint32()
	if k.OtherPorts = port == savedOtherPorts; !k.OtherPorts {
		k.Port = uint16(port)
	}
	k.NameSource, k.Traffic, k.Decision = egress.NameSource(d.Byte()), egress.Traffic(d.Byte()), egress.Decision(d.Byte())
	k.Overflow = d.Bool()
	if !k.OtherPorts && port != uint32(k.Port) || k.Decision >= egress.NumDecisions {
		d.Fail()
	}
	return k
}

// Ledger returns a ledger that goes on with what was read, and saves what changes.
// Nothing is told. What has no place any more, since MaxRows is smaller now, is added
// to overflow rows.
func (r *Restorer) Ledger(o Options) *Ledger {
	l := New(o)
	l.StartSaving(r.Since)
	l.places.unfair = r.fit(&l.places)
	var restored []rowmetrics.Restored
	for _, number := range slices.Sorted(maps.Keys(r.rows)) {
		l.saving.rows = number
		restored = append(restored, rowmetrics.Restored{Row: r.rows[number], Series: l.restore(number, r.rows[number])})
	}
	if o.Metrics != nil {
		o.Metrics.CatchUp(restored)
		for r := range l.all {
			r.settled = r.Counts // the series have what the rows have
		}
	}
	l.places.unfair, l.stats = false, Stats{}
	return l
}

// fit tells whether there is a place for each row.
func (r *Restorer) fit(p *places) bool {
	free := p.free
	for _, row := range r.rows {
		switch {
		case !row.Overflow:
			free[ordinary]--
		case row.Source != (egress.Source{}):
			free[reserve]--
		}
	}
	return min(free[ordinary], free[reserve]) >= 0
}

// restore adds a row as it was saved under a number, and returns its series.
func (l *Ledger) restore(number uint64, saved *egress.Row) *rowmetrics.Series {
	o := Observation{Key: saved.Key, Counts: saved.Counts, Time: saved.LastSeen.UnixNano()}
	who := workloadKey{o.Key.Source.Namespace, o.Key.Source.Workload}
	w, key := l.workloads[who], keyOf(&o.Key)
	var r *row
	switch {
	case saved.Overflow && saved.Source == (egress.Source{}):
		_, r, _ = l.overflowOfOthers(o.Key.Decision)
	case saved.Overflow:
		_, r, _ = l.overflow(w, who, o.Key.Decision)
	case w != nil && w.rows[key] != nil:
		r = w.rows[key]
	default:
		_, r, _ = l.begin(w, &o, key)
	}
	isNew := r.first == 0
	r.add(&o)
	r.days = r.days.And(r.last, saved.Days, saved.LastSeen.UnixNano())
	r.first = min(r.first, saved.FirstSeen.UnixNano())
	if !r.key.Overflow {
		lists := saved.Lists()
		r.lists.Merge(&lists)
		r.saved.lists = false
	}
	if isNew && r.key == saved.Key {
		r.saved = savedRow{number: number, fold: l.saving.fold, lists: true}
	} else { // it is a part of another row now
		l.saving.gone = append(l.saving.gone, number)
		l.note(r)
	}
	return r.series
}
