// SPDX-License-Identifier: Apache-2.0

package label

import (
	"context"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/expression"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"

	"go.opentelemetry.io/collector/pdata/plog"
)

// Labeler holds the memory that one request needs and the next one reuses. It is
// not safe for concurrent use.
type Labeler struct {
	*Labels
	evaluator *expression.Evaluator // nil if there are no expressions

	key    []byte
	recent recent
	extra  []labelset.Extra
}

// NewLabeler returns a labeler.
func (l *Labels) NewLabeler() *Labeler {
	w := &Labeler{Labels: l}
	if l.expressions != nil {
		w.evaluator = l.expressions.NewEvaluator()
	}
	return w
}

// Release lets go of the request's values.
func (w *Labeler) Release() {
	clear(w.extra[:cap(w.extra)])
	if w.evaluator != nil {
		w.evaluator.Release()
	}
}

// Input is a log record and what was read from it.
type Input struct {
	Resource plog.ResourceLogs
	Scope    plog.ScopeLogs
	Log      plog.LogRecord
	Values   *accesslog.Record
}

// Found is what was found for a record.
type Found struct {
	// Set of labels; nil for a record for which no condition holds.
	Set *labelset.Set
	// Host is destination_service if the set leaves it unknown, else empty. It may
	// share memory with the record.
	Host string
	// Derived is 1 if the set had to be derived by the rules, else 0.
	Derived int64
	// Errors counts the expressions that failed.
	Errors int64
}

// Label finds the set of a record with these facts. It fails only if an expression
// does and the user wants that to cost the request.
func (w *Labeler) Label(ctx context.Context, in Input, facts *istio.Facts) (Found, error) {
	found := w.derived(in.Values, facts)
	if w.evaluator == nil {
		return found, nil
	}
	set := found.Set
	result, err := w.evaluator.Evaluate(ctx, expression.Input{
		Resource: in.Resource, Scope: in.Scope, Log: in.Log, Values: in.Values, Labels: &set.Labels, HasIP: set.HasIP, HasHost: set.HasHost,
	})
	found.Errors = int64(result.Errors)
	switch {
	case err != nil || !result.Holds:
		found.Set = nil
	case len(w.users) > 0:
		found.Set = w.withUsers(set, result.Values)
	}
	return found, err
}

// derived finds the set that Istio's rules give.
func (w *Labeler) derived(rec *accesslog.Record, facts *istio.Facts) Found {
	var found Found
	apart := w.hostApart && facts.Verdict.Counted() && w.rules.HostAlone(rec, facts)
	if apart {
		found.Host = w.rules.Host(rec)
		if found.Host == istio.Unknown {
			found.Host = "" // says nothing
		}
	}
	w.key = appendKey(w.key[:0], facts, rec, apart)
	k := w.recent.find(w.key)
	if *k == nil || (*k).key != string(w.key) {
		*k, found.Derived = w.recall(rec, facts, apart)
	}
	found.Set = (*k).set
	return found
}

// recall finds a set that the labeler itself does not remember. It returns how
// many it had to derive.
func (w *Labeler) recall(rec *accesslog.Record, facts *istio.Facts, hostApart bool) (*known, int64) {
	if k, ok := w.sets.Get(w.key); ok {
		return k, 0
	}
	k := w.derive(rec, facts, hostApart)
	w.sets.Put(k.key, k)
	return k, 1
}

// derive makes the set of a record. It is not inlined: sets of labels take some
// kilobytes of stack, which each request would have to get for its goroutine.
//
//go:noinline
func (w *Labeler) derive(rec *accesslog.Record, facts *istio.Facts, hostApart bool) *known {
	if hostApart {
		authority := rec.Raw(accesslog.Authority)
		rec.Set(accesslog.Authority, istio.Unknown)
		defer rec.Set(accesslog.Authority, authority)
	}
	d := w.rules.Derive(rec, facts)
	return &known{string(w.key), w.maker.New(labelset.Values{
		Labels: d.Labels, Verdict: d.Verdict, Protocol: facts.Protocol(), Claims: d.Claims, Reporter: d.Reporter, Traffic: d.Traffic,
	})}
}

// withUsers finds the set that has the user's labels, too.
func (w *Labeler) withUsers(set *labelset.Set, values []string) *labelset.Set {
	v := set.Values
	v.Extra = w.extra[:0]
	for i, u := range w.users {
		if u.label == contract.NoLabel {
			v.Extra = append(v.Extra, labelset.Extra{Name: u.name, Value: values[i]})
			continue
		}
		v.Labels[u.label], v.Claims[u.label] = values[i], istio.NotClaimed
		if u.label == contract.DestinationService {
			v.Claims[u.label] = istio.ClaimedService // for all that is known
		}
	}
	w.extra = v.Extra
	w.key = appendValues(w.key[:0], &v)
	if k, ok := w.sets.Get(w.key); ok {
		return k.set
	}
	made := w.maker.New(v.Clone())
	if len(w.key) <= maxKey {
		k := &known{string(w.key), made}
		w.sets.Put(k.key, k)
	}
	return made
}
