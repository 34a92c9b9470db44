package observe

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Reader reads log records into a Batch. It holds the buffers that this takes,
// so that one which is used again allocates nothing. It is not safe for
// concurrent use.
type Reader struct {
	// Batch is what the last Read read. It points into the logs until Release.
	Batch aggregate.Batch
	// Tally is what became of the records of the last Read.
	Tally Tally

	schema       contract.Schema
	vocabularies vocabularies

	resource, scope, record row
	// current attributes, for records that change the vocabulary.
	resourceAttrs, scopeAttrs pcommon.Map
	// scopeKey names the scope's labels in the batch once scopeKeyed.
	scopeKey   aggregate.KeyRef
	scopeKeyed bool
}

// NewReader returns a reader of records of one schema.
func NewReader(s contract.Schema) *Reader {
	return &Reader{schema: s, vocabularies: newVocabularies(s)}
}

// Read fills the batch and the tally from logs, which must stay as they are
// until Release.
func (r *Reader) Read(ld plog.Logs) {
	for i := range ld.ResourceLogs().Len() {
		rl := ld.ResourceLogs().At(i)
		r.resourceAttrs = rl.Resource().Attributes()
		for j := range rl.ScopeLogs().Len() {
			sl := rl.ScopeLogs().At(j)
			r.scopeAttrs = sl.Scope().Attributes()
			r.readScope(j == 0)
			records := sl.LogRecords()
			for k := range records.Len() {
				r.readRecord(records.At(k))
			}
		}
	}
}

// Release empties the batch and the tally and lets go of the logs.
func (r *Reader) Release() {
	r.Batch.Reset()
	r.Tally = Tally{}
	base := r.vocabularies.base
	r.resource.clear(base)
	r.scope.clear(base)
	r.record.clear(base)
	r.resourceAttrs, r.scopeAttrs = pcommon.Map{}, pcommon.Map{}
}

// readScope makes the rows of the current resource, if it is new, and scope.
func (r *Reader) readScope(newResource bool) {
	r.scopeKeyed = false
	v := r.vocabularies.of(r.scopeAttrs, r.resourceAttrs)
	r.Tally.RefusedNames += v.refused
	r.Tally.SurplusNames += v.surplus
	if newResource || r.resource.vocabulary != v {
		r.resource.clear(v)
		r.resource.read(r.resourceAttrs)
	}
	r.scope.copyFrom(&r.resource)
	r.scope.read(r.scopeAttrs)
}

// readRecord counts a record, and most often finds its labels on the scope.
func (r *Reader) readRecord(lr plog.LogRecord) {
	values, addresses := r.scope.values, r.scope.addresses
	attrs := lr.Attributes()
	if r.readOwn(attrs, &values, &addresses) {
		r.readLabelled(lr)
		return
	}
	if !r.tally(&r.scope) {
		return
	}
	if !r.scopeKeyed {
		r.scopeKey, r.scopeKeyed = r.putKey(&r.scope), true
	}
	r.observe(lr, r.scopeKey, &r.scope, &values, &addresses)
}

// readOwn reads what differs between records of one scope. It stops and
// returns true at an attribute that tells the record from its scope in another
// way: a label, a verdict, a schema.
func (r *Reader) readOwn(attrs pcommon.Map, values *aggregate.Values, addresses *aggregate.Addresses) (labelled bool) {
	v := r.scope.vocabulary
	for key, value := range attrs.All() {
		switch k := classify(key); k {
		case isField:
			setField(values, key, value)
		case isRowAttr:
			return true
		case isOther:
			if _, ok := v.find(key, 0); ok && value.Type() == pcommon.ValueTypeStr {
				return true
			}
		default:
			setAddress(addresses, k, value)
		}
	}
	return false
}

// readLabelled counts a record that carries labels, a verdict, a schema or
// names of labels of its own.
func (r *Reader) readLabelled(lr plog.LogRecord) {
	attrs := lr.Attributes()
	r.record.copyFrom(&r.scope)
	if extras := r.record.read(attrs); extras {
		v := r.vocabularies.of(attrs, r.scopeAttrs, r.resourceAttrs)
		r.Tally.RefusedNames += v.refused
		r.Tally.SurplusNames += v.surplus
		r.record.clear(v)
		r.record.read(r.resourceAttrs)
		r.record.read(r.scopeAttrs)
		r.record.read(attrs)
	}
	if r.tally(&r.record) {
		r.observe(lr, r.putKey(&r.record), &r.record, &r.record.values, &r.record.addresses)
	}
}

func (r *Reader) putKey(w *row) aggregate.KeyRef {
	return r.Batch.PutKey(w.boundedPlaces(), func(dst []byte) []byte { return w.appendKey(dst, &r.Tally.CutValues) })
}

// tally decides on a record by its row and tells whether it counts.
func (r *Reader) tally(w *row) bool {
	switch {
	case w.verdict == "":
		r.Tally.NoVerdict++
	case !w.verdict.Counted():
		r.Tally.NotCounted++
	case w.schema != r.schema:
		r.Tally.OtherSchema++
	default:
		r.Tally.Counted++
		return true
	}
	return false
}

func (r *Reader) observe(lr plog.LogRecord, key aggregate.KeyRef, w *row, values *aggregate.Values, addresses *aggregate.Addresses) {
	o := r.Batch.Add(key)
	o.Values = *values
	o.Addresses = *addresses
	o.Trace = lr.TraceID()
	o.Span = lr.SpanID()
	o.Closed = w.verdict == contract.VerdictTCPClosed
}
