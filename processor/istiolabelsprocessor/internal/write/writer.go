// SPDX-License-Identifier: Apache-2.0

package write

import (
	"net/netip"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// Options of a Writer.
type Options struct {
	// Names says whose name an attribute has.
	Names *attrname.Names
	// OnRecord is set if labels stand on the record.
	OnRecord bool
}

// Writer writes the records of one resource after the other. It holds the memory
// that one request needs and the next one reuses. It is not safe for concurrent
// use.
type Writer struct {
	onRecord bool
	remover  remover
	scopes   []scope
	used     int
	find     table
	notes    notes
	// attributes are those of the record that is written. Putting one into a Map
	// looks through all that are there; none of ours is.
	attributes xpdata.MapBuilder
}

// NewWriter returns a writer.
func NewWriter(o Options) *Writer {
	return &Writer{onRecord: o.OnRecord, remover: remover{names: o.Names}}
}

// Removed counts the attributes that were removed since it was last asked.
func (w *Writer) Removed() int64 {
	n := w.remover.removed
	w.remover.removed = 0
	return n
}

// Clean removes names of the contract from attributes of a resource or a scope.
func (w *Writer) Clean(attributes pcommon.Map) { w.remover.removeContract(attributes) }

// Scope starts the scope that has this place among those of its resource.
func (w *Writer) Scope(place int, sl plog.ScopeLogs) {
	w.Clean(sl.Scope().Attributes())
	if w.used == len(w.scopes) {
		w.scopes = append(w.scopes, scope{})
	}
	w.scopes[w.used].start(place, sl.LogRecords().Len())
	w.used++
	w.find.next()
}

// Leave lets a record of the scope stay as it came, except that nothing on it may
// look like ours. contractNames is set if it has names of the contract.
func (w *Writer) Leave(lr plog.LogRecord, contractNames bool) {
	if contractNames {
		w.Clean(lr.Attributes())
	}
	w.scopes[w.used-1].leave()
}

// Record is what the other stages found for a record.
type Record struct {
	Values *accesslog.Record
	// Set holds its labels.
	Set *labelset.Set
	// Addresses are those labels that vary.
	Addresses labelset.Addresses
	// Foreign is set if it has names that only we may use.
	Foreign bool
	// ProvenAddress is the one that traffic to a ServiceEntry went to, if the proxy chose
	// it.
	ProvenAddress netip.Addr
	// ClientName is what istio.Options.ClientName says of such traffic.
	ClientName string
}

// Write notes what varies for a record of the scope, and its labels where they stand
// there. They are on the record when Finish has returned.
func (w *Writer) Write(lr plog.LogRecord, r Record) {
	current := &w.scopes[w.used-1]
	if w.onRecord {
		current.leave()
	} else {
		current.join(w.find.groupOf(r.Set, current))
	}
	if w.notes.isFull() {
		w.writeNotes()
	}
	w.notes.add(lr, &r)
}

// Finish moves the records of the resource into scopes of their label sets.
func (w *Writer) Finish(scopes plog.ScopeLogsSlice) {
	w.writeNotes()
	for i := range w.scopes[:w.used] {
		s := &w.scopes[i]
		if len(s.groups) > 0 {
			w.remover.count(scopes.At(s.place).Scope().Attributes())
			s.move(scopes)
		}
		s.release()
	}
	w.used = 0
	if len(w.scopes) > maxKeptScopes {
		w.scopes = nil
	}
}

// maxKeptScopes is the most scopes whose memory the next resource uses again. A
// scope without records is two bytes on the wire.
const maxKeptScopes = 256

// Release lets go of a request that was given up.
func (w *Writer) Release() {
	w.notes.empty()
	for i := range w.scopes[:w.used] {
		w.scopes[i].release()
	}
	w.used = 0
}
