// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/bound"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/label"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/read"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/write"
)

// walk takes the records of one request through the stages: read, enrich, label,
// bound, write, learn. It holds the memory that one request needs and the next one
// reuses.
type walk struct {
	*stages
	reader  *read.Reader
	block   block
	labeler *label.Labeler
	bounder *bound.Bounder
	writer  *write.Writer

	// now is the time of the request (see clock).
	now    int64
	counts counts
}

func newWalk(s *stages) *walk {
	return &walk{
		stages:  s,
		reader:  s.formats.NewReader(),
		labeler: s.labels.NewLabeler(),
		bounder: s.bounds.NewBounder(),
		writer:  write.NewWriter(s.write),
	}
}

func (w *walk) request(ctx context.Context, ld plog.Logs) (err error) {
	w.counts = counts{}
	w.now = w.clock()
	for _, rl := range ld.ResourceLogs().All() {
		if err = w.resource(ctx, rl); err != nil {
			break
		}
	}
	w.counts.removed = w.writer.Removed()
	w.block.release()
	w.reader.Release()
	w.labeler.Release()
	w.writer.Release()
	return err
}

func (w *walk) resource(ctx context.Context, rl plog.ResourceLogs) error {
	resource, foreign := w.reader.Resource(rl.Resource())
	if foreign.Contract {
		w.writer.Clean(rl.Resource().Attributes())
	}
	scopes := rl.ScopeLogs()
	for place := range scopes.Len() {
		sl := scopes.At(place)
		w.writer.Scope(place, sl)
		if err := w.scope(ctx, rl, sl, resource); err != nil {
			return err
		}
	}
	w.writer.Finish(scopes)
	return nil
}

// scope takes the records of a scope through all stages, a block of them at a time.
func (w *walk) scope(ctx context.Context, rl plog.ResourceLogs, sl plog.ScopeLogs, resource *accesslog.Record) error {
	for _, lr := range sl.LogRecords().All() {
		in := w.block.next()
		in.log, in.found = lr, w.reader.Read(lr, resource, &in.values)
		// Values that are borrowed must be used before the next record is read.
		if !w.block.isFull() && !in.values.Borrowed {
			continue
		}
		if err := w.finishBlock(ctx, rl, sl, resource); err != nil {
			return err
		}
	}
	return w.finishBlock(ctx, rl, sl, resource)
}

// finishBlock takes the records of the block, which were read, through the other stages.
func (w *walk) finishBlock(ctx context.Context, rl plog.ResourceLogs, sl plog.ScopeLogs, resource *accesslog.Record) error {
	waiting := w.block.all()
	for i := range waiting {
		if err := w.record(ctx, rl, sl, &waiting[i], resource); err != nil {
			return err
		}
	}
	w.block.empty()
	return nil
}

// record takes a record, once it was read, through the other stages.
func (w *walk) record(ctx context.Context, rl plog.ResourceLogs, sl plog.ScopeLogs, in *readRecord, resource *accesslog.Record) error {
	lr, found, rec := in.log, &in.found, &in.values
	if found.Reason != "" {
		w.leave(lr, found, found.Reason)
		return nil
	}
	if w.senderFromResource {
		istio.TakeProxy(rec, resource)
	}
	facts := w.rules.Classify(rec)
	w.enricher.Enrich(rec, &facts, w.now)

	labelled, err := w.labeler.Label(ctx, label.Input{Resource: rl, Scope: sl, Log: lr, Values: rec}, &facts)
	w.counts.derived += labelled.Derived
	w.counts.errors += labelled.Errors
	if err != nil {
		return err
	}
	if labelled.Set == nil {
		w.leave(lr, found, contract.VerdictExcluded)
		return nil
	}
	w.counts.add(labelled.Set.Verdict, rec.Ambiguous)

	set, addresses := w.bounder.Bound(rec, labelled.Set, labelled.Host, w.now)
	out := write.Record{Values: rec, Set: set, Addresses: addresses, Foreign: found.Foreign.Contract || found.Foreign.Label}
	var proven istio.Proven
	toEntry := set.ToServiceEntry()
	if toEntry || w.learner.Names != nil {
		proven = istio.ProvenHost(rec, &facts)
	}
	if toEntry {
		out.ProvenAddress, out.ClientName = proven.Address, w.rules.ClientName(rec, &facts)
	}
	w.writer.Write(lr, out)
	w.learner.Learn(rec, &facts, proven, labelled.Set, w.now)
	return nil
}

// leave counts a record that is not ours.
func (w *walk) leave(lr plog.LogRecord, found *read.Found, reason contract.Verdict) {
	w.counts.add(reason, false)
	w.writer.Leave(lr, found.Foreign.Contract)
}
