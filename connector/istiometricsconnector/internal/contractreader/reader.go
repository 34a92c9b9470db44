// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
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

	set labelSet
	own aggregate.Observation // of a record whose labels are not known yet
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
	r.set.release()
	r.own = aggregate.Observation{}
}

// readScope tells from the scope which form its records have.
func (r *Reader) readScope(sl plog.ScopeLogs) {
	records := sl.LogRecords()
	r.set.reset()
	labelled := r.readScopeAttributes(sl.Scope().Attributes())
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
	if !labelled {
		r.readScopeLabels(sl.Scope().Attributes())
	}
	r.begin()
	for k := range records.Len() {
		o := r.Batch.Add()
		readOwn(o, records.At(k).Attributes(), nil)
		r.finish(o, records.At(k))
	}
}

// readScopeAttributes reads the attributes of a scope. Labels can be read once the
// schema is known: it tells whether they were, as they are where the schema stands
// before them.
func (r *Reader) readScopeAttributes(attrs pcommon.Map) (labelled bool) {
	labelled = true
	next := 0
	for key, value := range attrs.All() {
		switch {
		case classify(key) == isContract:
			hadSchema := r.set.names != nil
			r.set.readHead(key, value)
			if key == contract.AttrSchema {
				labelled = labelled && !hadSchema
				r.set.begin()
			}
		case value.Type() != pcommon.ValueTypeStr:
		case r.set.names == nil:
			labelled = false
		default:
			next = r.readScopeLabel(key, value.Str(), next)
		}
	}
	return labelled
}

// readScopeLabels reads the labels of a scope alone.
func (r *Reader) readScopeLabels(attrs pcommon.Map) {
	r.set.begin()
	next := 0
	for key, value := range attrs.All() {
		if value.Type() == pcommon.ValueTypeStr && classify(key) != isContract {
			next = r.readScopeLabel(key, value.Str(), next)
		}
	}
}

// readScopeLabel reads an attribute of a scope: all its strings are labels.
func (r *Reader) readScopeLabel(key, value string, from int) (next int) {
	l, next, ok := r.set.names.find(key, from)
	if ok {
		r.set.labels[l] = value
	} else {
		r.set.putExtra(key, value)
	}
	return next
}

// readRecord counts a record whose labels stand on itself.
func (r *Reader) readRecord(lr plog.LogRecord) {
	r.set.reset()
	r.own = aggregate.Observation{Values: aggregate.NoValues}
	attrs := lr.Attributes()
	readOwn(&r.own, attrs, &r.set)
	outcome, counts := r.set.decide(&r.Outcomes)
	*outcome++
	if counts {
		r.readRecordLabels(attrs)
		r.begin()
		o := r.Batch.Add()
		*o = r.own
		r.finish(o, lr)
	}
}

// readRecordLabels reads the labels of a record: those of the schema by their own
// names, others by names that say so.
func (r *Reader) readRecordLabels(attrs pcommon.Map) {
	s := &r.set
	s.begin()
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
			s.putExtra(name, value.Str())
		}
	}
}

// begin begins a group of observations that have the labels of the set.
func (r *Reader) begin() {
	s := &r.set
	s.checkSlots(&r.Outcomes)
	r.Outcomes.RefusedNames += s.refused
	r.Outcomes.SurplusNames += s.surplus
	r.Batch.Begin(aggregate.Labels{Schema: s.names.schema, Incarnation: s.incarnation}, s.slots, func(dst []byte) []byte {
		return s.appendKey(dst, &r.Outcomes.CutValues)
	})
}

// finish fills in what an observation has beside its attributes.
func (r *Reader) finish(o *aggregate.Observation, lr plog.LogRecord) {
	checkSlots(o, r.set.incarnation, &r.Outcomes)
	o.Trace = lr.TraceID()
	o.Span = lr.SpanID()
	o.Closed = r.set.verdict == contract.VerdictTCPClosed
}
