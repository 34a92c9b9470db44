package contractreader

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Reader reads log records into a Batch. It holds the buffers that this takes,
// so that one which is used again allocates nothing. Its zero value is ready. It
// is not safe for concurrent use.
type Reader struct {
	// Batch is what the last Read read. It points into the logs until Release.
	Batch aggregate.Batch
	// Outcomes are those of the records of the last Read.
	Outcomes Outcomes

	set     labelSet
	numbers numbers
}

// Read fills the batch and the outcomes from logs, which must stay as they are
// until Release.
func (r *Reader) Read(ld plog.Logs) {
	for i := range ld.ResourceLogs().Len() {
		scopes := ld.ResourceLogs().At(i).ScopeLogs()
		for j := range scopes.Len() {
			r.readScope(scopes.At(j))
		}
	}
}

// Release empties the batch and the outcomes and lets go of the logs.
func (r *Reader) Release() {
	r.Batch.Reset()
	r.Outcomes = Outcomes{}
	r.set.reset()
	r.numbers.reset()
}

// readScope tells from the scope which form its records have.
func (r *Reader) readScope(sl plog.ScopeLogs) {
	records := sl.LogRecords()
	r.set.reset()
	attrs := sl.Scope().Attributes()
	for key, value := range attrs.All() {
		if classify(key) == isContract {
			r.set.readHead(key, value)
		}
	}
	if !r.set.isContract() {
		for k := range records.Len() {
			r.readRecord(records.At(k))
		}
		return
	}
	outcome, counts := r.set.decide(&r.Outcomes)
	*outcome += int64(records.Len())
	if !counts || records.Len() == 0 {
		return
	}
	r.readScopeLabels(attrs)
	r.begin()
	for k := range records.Len() {
		r.numbers.reset()
		r.numbers.read(records.At(k).Attributes(), nil)
		r.observe(records.At(k))
	}
}

// readScopeLabels reads the labels of a scope: all its string attributes are.
func (r *Reader) readScopeLabels(attrs pcommon.Map) {
	s := &r.set
	s.labels = s.names.defaults
	next := 0
	for key, value := range attrs.All() {
		if value.Type() != pcommon.ValueTypeStr || classify(key) == isContract {
			continue
		}
		var l contract.Label
		var ok bool
		if l, next, ok = s.names.find(key, next); ok {
			s.labels[l] = value.Str()
		} else {
			s.putExtra(key, value.Str(), &r.Outcomes)
		}
	}
}

// readRecord counts a record whose labels stand on itself.
func (r *Reader) readRecord(lr plog.LogRecord) {
	r.set.reset()
	r.numbers.reset()
	attrs := lr.Attributes()
	r.numbers.read(attrs, &r.set)
	outcome, counts := r.set.decide(&r.Outcomes)
	*outcome++
	if counts {
		r.readRecordLabels(attrs)
		r.begin()
		r.observe(lr)
	}
}

// readRecordLabels reads the labels of a record: those of the schema by their own
// names, others by names that say so.
func (r *Reader) readRecordLabels(attrs pcommon.Map) {
	s := &r.set
	s.labels = s.names.defaults
	next := 0
	for key, value := range attrs.All() {
		if value.Type() != pcommon.ValueTypeStr {
			continue
		}
		var l contract.Label
		var ok bool
		if l, next, ok = s.names.find(key, next); ok {
			s.labels[l] = value.Str()
		} else if name, ok := strings.CutPrefix(key, contract.LabelPrefix); ok {
			s.putExtra(name, value.Str(), &r.Outcomes)
		}
	}
}

// begin begins a group of observations that have the labels of the set.
func (r *Reader) begin() {
	s := &r.set
	s.checkSlots(&r.Outcomes)
	r.Batch.Begin(aggregate.Labels{Schema: s.names.schema, Incarnation: s.incarnation}, s.slots, func(dst []byte) []byte {
		return s.appendKey(dst, &r.Outcomes.CutValues)
	})
}

func (r *Reader) observe(lr plog.LogRecord) {
	o := r.Batch.Add()
	o.Values = r.numbers.values
	o.Addresses = r.numbers.addresses
	o.AddressSlots = r.numbers.checkedSlots(r.set.incarnation, &r.Outcomes)
	o.Trace = lr.TraceID()
	o.Span = lr.SpanID()
	o.Closed = r.set.verdict == contract.VerdictTCPClosed
}
