package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// worker holds the memory that one request needs and the next one reuses.
type worker struct {
	p *labelsProcessor

	// base is what the resource says, record what the record says, body what
	// a body says beside attributes.
	base, record, body accesslog.Record
	json               logformat.JSONReader
	lines              logformat.Scratch

	key, hostlessKey []byte
	recent           recentSets
	// hostAsked is set if the record's host is known to have a slot.
	hostAsked bool

	// now is the time of the request (see clock).
	now int64

	groups  grouping
	counts  verdictCounts
	scratch expressionScratch
}

// begin makes the worker ready for a request.
func (w *worker) begin() {
	w.counts = verdictCounts{}
	w.now = w.p.clock()
	w.recent.next()
}

// end reports the request to self-telemetry and lets go of it.
func (w *worker) end(ctx context.Context) {
	w.p.telemetry.add(ctx, &w.counts)
	w.base.Release()
	w.record.Release()
	w.body.Release()
	w.groups.release()
}

// processResource labels the records of one resource.
func (w *worker) processResource(ctx context.Context, all plog.ResourceLogsSlice, i int) error {
	rl := all.At(i)
	named := w.readResource(rl.Resource())
	w.groups.reset()
	scopes := rl.ScopeLogs()
	for j := range scopes.Len() {
		w.removeOwned(scopes.At(j).Scope().Attributes(), false)
		if err := w.processScope(ctx, rl, scopes.At(j), j, named); err != nil {
			return err
		}
	}
	w.groups.apply(w, all, i, named)
	return nil
}

// processScope reads and marks each record of a scope and files it in a group.
// Where labels stand on the record it may stay, unless a label that it lacks
// could be found on its scope or, if named is set, on its resource.
func (w *worker) processScope(ctx context.Context, rl plog.ResourceLogs, sl plog.ScopeLogs, scope int, named bool) error {
	stay := w.p.onRecord && !named && !w.hasLabelName(sl.Scope().Attributes())
	records := sl.LogRecords()
	w.groups.startScope(scope, records.Len())
	for k := range records.Len() {
		lr := records.At(k)
		set, slot, err := w.processRecord(ctx, rl, sl, lr)
		if err != nil {
			return err
		}
		if set == nil || stay {
			w.groups.leave()
			continue
		}
		w.groups.join(set, slot, w.recent.batch)
	}
	return nil
}

// processRecord reads one record and writes what varies on it. The set is nil
// for a record that is not ours.
func (w *worker) processRecord(ctx context.Context, rl plog.ResourceLogs, sl plog.ScopeLogs, lr plog.LogRecord) (*labelSet, *recentSet, error) {
	foreign, reason := w.read(lr)
	if reason != "" {
		w.leave(lr, foreign, reason)
		return nil, nil, nil
	}
	if w.p.senderFromResource {
		istio.TakeProxy(&w.record, &w.base)
	}
	facts := istio.Classify(&w.record)
	set, slot := w.lookup(facts)
	if w.p.expressions != nil {
		var holds bool
		var err error
		set, holds, err = w.p.expressions.apply(ctx, w, rl, sl, lr, set)
		if err != nil {
			return nil, nil, err
		}
		if !holds {
			w.leave(lr, foreign, contract.VerdictExcluded)
			return nil, nil, nil
		}
	}
	if w.record.Ambiguous {
		w.counts.ambiguous++
	}
	w.counts.verdicts[set.verdictIndex]++
	origin := set
	if len(set.bounded) > 0 {
		set = w.resolve(set)
	}
	w.mark(lr, set, origin, facts, foreign)
	return set, slot, nil
}

// leave counts a record that is not ours. It stays as it came, except that
// nothing on it may look like our verdict.
func (w *worker) leave(lr plog.LogRecord, foreign foreignNames, reason contract.Verdict) {
	w.counts.verdicts[verdictIndex(reason)]++
	if foreign.contract {
		w.removeOwned(lr.Attributes(), false)
	}
}

// mark writes the values of one record, and its labels where they stand there.
// origin is the set that names the sender, whatever the labels still say of it.
func (w *worker) mark(lr plog.LogRecord, set, origin *labelSet, facts istio.Facts, foreign foreignNames) {
	attributes := lr.Attributes()
	if foreign.contract || foreign.label {
		w.removeOwned(attributes, true)
	}
	if w.p.onRecord {
		labels := set.attributes()
		attributes.EnsureCapacity(attributes.Len() + labels.Len() + usualValues)
		for k, v := range labels.All() {
			v.CopyTo(attributes.PutEmpty(k))
		}
	} else {
		attributes.EnsureCapacity(attributes.Len() + usualValues)
	}
	putMeasures(attributes, &w.record, set)
	w.putAddress(attributes, origin, facts)
}

// removeOwned removes what arrived under names of the contract, and, if labels
// is set, under names of labels.
func (w *worker) removeOwned(attributes pcommon.Map, labels bool) {
	if attributes.Len() == 0 {
		return
	}
	attributes.RemoveIf(func(name string, _ pcommon.Value) bool {
		owned := contract.Owns(name)
		if !owned && labels {
			_, owned = w.p.owned[name]
		}
		if owned && !isOperatorToo(name) && !w.p.isUsersOwn(name) {
			w.counts.removed++
		}
		return owned
	})
}

// hasLabelName tells whether attributes have the name of a label.
func (w *worker) hasLabelName(attributes pcommon.Map) bool {
	for name := range attributes.All() {
		if _, ok := w.p.owned[name]; ok {
			return true
		}
	}
	return false
}
