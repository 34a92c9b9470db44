package write

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
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
func (w *Writer) Clean(attributes pcommon.Map) { w.remover.remove(attributes, attrname.Contract) }

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
}

// Write writes on a record of the scope what varies, and its labels where they
// stand there.
func (w *Writer) Write(lr plog.LogRecord, r Record) {
	attributes := lr.Attributes()
	if r.Foreign {
		w.remover.remove(attributes, attrname.Contract, attrname.Label, attrname.Shared)
	}
	current := &w.scopes[w.used-1]
	more := usualMeasures + attributesOf(&r.Addresses)
	if w.onRecord {
		labels := r.Set.Attributes()
		attributes.EnsureCapacity(attributes.Len() + labels.Len() + more)
		for k, v := range labels.All() {
			v.CopyTo(attributes.PutEmpty(k))
		}
		current.leave()
	} else {
		attributes.EnsureCapacity(attributes.Len() + more)
		current.join(w.find.groupOf(r.Set, current))
	}
	putMeasures(attributes, r.Values, r.Set.Verdict)
	putAddresses(attributes, &r.Addresses)
	if r.Set.Traffic != contract.TrafficStays {
		putOutside(attributes, &r)
	}
}

// Finish moves the records of the resource into scopes of their label sets.
func (w *Writer) Finish(scopes plog.ScopeLogsSlice) {
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
	for i := range w.scopes[:w.used] {
		w.scopes[i].release()
	}
	w.used = 0
}

// putAddresses writes where the traffic went.
func putAddresses(attributes pcommon.Map, a *labelset.Addresses) {
	putBounded(attributes, contract.DestinationIP, a.IP)
	putBounded(attributes, contract.DestinationHost, a.Host)
	if a.Network != "" {
		attributes.PutStr(contract.DestinationNetwork.String(), a.Network)
	}
}

// attributesOf is how many attributes putAddresses adds at most.
func attributesOf(a *labelset.Addresses) (n int) {
	for _, v := range [...]string{a.IP.Text, a.Host.Text, a.Network} {
		if v != "" {
			n += 2 // the label and its slot
		}
	}
	return n
}

var slotNames = map[contract.Label]string{
	contract.DestinationIP:   contract.SlotPrefix + contract.DestinationIP.String(),
	contract.DestinationHost: contract.SlotPrefix + contract.DestinationHost.String(),
}

func putBounded(attributes pcommon.Map, l contract.Label, v labelset.Value) {
	if v.Text == "" {
		return
	}
	attributes.PutStr(l.String(), v.Text)
	if v.Slot != 0 {
		attributes.PutInt(slotNames[l], v.Slot)
	}
}
