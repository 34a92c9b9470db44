// SPDX-License-Identifier: Apache-2.0

package write

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// notesAtOnce is how many records are written at once: what writes does not fit into an
// instruction cache of 32 KiB beside the other stages.
const notesAtOnce = 16

// note is what is to be written on a record. Nothing in it lies in memory that a later
// record overwrites.
type note struct {
	log       plog.LogRecord
	set       *labelset.Set
	addresses labelset.Addresses
	measures  measures
	outside   outside
	foreign   bool
}

// isOutside tells whether the record is of traffic that leaves the mesh, or was to.
func (n *note) isOutside() bool { return n.set.Traffic != contract.TrafficStays }

// notes are those that are not written yet.
type notes struct {
	list [notesAtOnce]note
	used int
}

// isFull tells whether there is no room for another.
func (n *notes) isFull() bool { return n.used == len(n.list) }

// add takes what was found for a record.
func (n *notes) add(log plog.LogRecord, r *Record) {
	to := &n.list[n.used]
	n.used++
	to.log, to.set, to.addresses, to.foreign = log, r.Set, r.Addresses, r.Foreign
	to.measures = measuresOf(r.Values, r.Set.Verdict)
	if to.isOutside() {
		to.outside = outsideOf(r)
	}
}

// empty lets go of the notes.
func (n *notes) empty() {
	clear(n.list[:n.used])
	n.used = 0
}

// writeNotes writes what is noted on the records.
func (w *Writer) writeNotes() {
	for i := range w.notes.list[:w.notes.used] {
		w.writeNote(&w.notes.list[i])
	}
	w.notes.empty()
}

func (w *Writer) writeNote(n *note) {
	to := n.log.Attributes()
	more := usualMeasures + countAddresses(&n.addresses)
	if n.isOutside() {
		more += n.outside.count()
	}
	if w.onRecord {
		labels := n.set.Attributes()
		w.takeAttributes(to, n.foreign, labels.Len()+more)
		for k, v := range labels.All() {
			v.CopyTo(w.attributes.AppendEmpty(k))
		}
	} else {
		w.takeAttributes(to, n.foreign, more)
	}
	n.measures.append(&w.attributes)
	appendAddresses(&w.attributes, &n.addresses)
	if n.isOutside() {
		n.outside.append(&w.attributes)
	}
	w.attributes.UnsafeIntoMap(to)
}

// takeAttributes takes what a record keeps of its attributes, with room for more.
func (w *Writer) takeAttributes(from pcommon.Map, foreign bool, more int) {
	w.attributes.EnsureCapacity(from.Len() + more)
	for name, v := range from.All() {
		if foreign && w.remover.removes(name) {
			continue
		}
		v.MoveTo(w.attributes.AppendEmpty(name))
	}
}
