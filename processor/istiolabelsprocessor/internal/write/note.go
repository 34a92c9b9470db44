// SPDX-License-Identifier: Apache-2.0

package write

import (
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// notesAtOnce is how many records are written at once: what writes does not fit into an
// instruction cache of 32 KiB beside the other stages.
const notesAtOnce = 16

// note is what is to be written on a record. Nothing in it is part of an
// accesslog.Record, which the next record overwrites.
type note struct {
	log       plog.LogRecord
	set       *labelset.Set
	addresses labelset.Addresses
	measures  measures
	outside   outside
	foreign   bool
}

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
	if r.Set.Traffic != contract.TrafficStays {
		to.outside = outsideOf(r)
	}
}

// release lets go of the request.
func (n *notes) release() {
	clear(n.list[:n.used])
	n.used = 0
}
