package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// expressions are the user's own labels and conditions.
type expressions struct {
	labels     []labelExpression
	conditions []conditionExpression
	mode       ottl.ErrorMode
	logger     *zap.Logger
}

type labelExpression struct {
	name  string
	label contract.Label // NoLabel if the schema has none of this name
	value *ottl.ValueExpression[*ottllog.TransformContext]
	once  *sync.Once
}

// conditionExpression is one condition: a sequence of one, so that an error of
// one is counted and does not hide the others.
type conditionExpression struct {
	text     string
	sequence ottl.ConditionSequence[*ottllog.TransformContext]
	once     *sync.Once
}

// newExpressions compiles the expressions; nil if there are none.
func newExpressions(cfg *Config, set component.TelemetrySettings) (*expressions, error) {
	if len(cfg.Labels) == 0 && len(cfg.Conditions) == 0 {
		return nil, nil
	}
	if set.Logger == nil {
		set.Logger = zap.NewNop()
	}
	parse, err := newParsers(set)
	if err != nil {
		return nil, err
	}
	e := &expressions{mode: cfg.ErrorMode, logger: set.Logger}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(cfg.Labels)) {
		value, err := parse.value(cfg.Labels[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("`labels::%s` is no OTTL value expression, got %q: %w", name, cfg.Labels[name], err))
			continue
		}
		e.labels = append(e.labels, labelExpression{name, labelOf(cfg.Schema, name), value, new(sync.Once)})
	}
	for i, text := range cfg.Conditions {
		conditions, err := parse.condition(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("`conditions[%d]` is no OTTL condition, got %q: %w", i, text, err))
			continue
		}
		e.conditions = append(e.conditions, conditionExpression{text, ottllog.NewConditionSequence(conditions, set), new(sync.Once)})
	}
	return e, errors.Join(errs...)
}

// expressionScratch is a record that expressions see in place of the real one.
type expressionScratch struct {
	record plog.LogRecord
	made   bool
	extra  []extraLabel
}

// apply evaluates the conditions and the labels of one record. It gives the set
// with the user's labels; holds is false if there are conditions and none of
// them holds.
func (e *expressions) apply(ctx context.Context, w *worker, rl plog.ResourceLogs, sl plog.ScopeLogs, lr plog.LogRecord, set *labelSet) (_ *labelSet, holds bool, err error) {
	tctx := ottllog.NewTransformContextPtr(rl, sl, w.view(lr, set))
	defer tctx.Close()
	if holds, err = e.holds(ctx, w, tctx); err != nil || !holds {
		return nil, false, err
	}
	if len(e.labels) == 0 {
		return set, true, nil
	}
	v := set.labelValues
	v.extra = w.scratch.extra[:0]
	for i := range e.labels {
		x := &e.labels[i]
		value, err := e.evaluate(ctx, w, tctx, x)
		if err != nil {
			return nil, false, err
		}
		if x.label == contract.NoLabel {
			v.extra = append(v.extra, extraLabel{x.name, value})
			continue
		}
		v.labels[x.label], v.claims[x.label] = value, istio.NotClaimed
		if x.label == contract.DestinationService {
			v.claims[x.label] = istio.ClaimedService // for all that is known
		}
	}
	w.scratch.extra = v.extra
	return w.remember(v), true, nil
}

func (e *expressions) holds(ctx context.Context, w *worker, tctx *ottllog.TransformContext) (bool, error) {
	if len(e.conditions) == 0 {
		return true, nil
	}
	for i := range e.conditions {
		c := &e.conditions[i]
		holds, err := c.sequence.Eval(ctx, tctx)
		if err != nil {
			if err := e.failed(w, c.once, c.text, err); err != nil {
				return false, err
			}
			continue
		}
		if holds {
			return true, nil
		}
	}
	return false, nil
}

// evaluate gives a label's value; `unknown` if the expression is nil or fails.
func (e *expressions) evaluate(ctx context.Context, w *worker, tctx *ottllog.TransformContext, x *labelExpression) (string, error) {
	value, err := x.value.Eval(ctx, tctx)
	if err != nil {
		return istio.Unknown, e.failed(w, x.once, x.name, err)
	}
	return istio.SafeValue(textOf(value)), nil
}

// failed counts an error. It costs the request only if the user wants that.
// One line of log stands for all errors of an expression; the rest are counted.
func (e *expressions) failed(w *worker, once *sync.Once, what string, err error) error {
	w.counts.errors++
	switch e.mode {
	case ottl.PropagateError:
		return fmt.Errorf("expression %q: %w", what, err)
	case ottl.IgnoreError:
		once.Do(func() {
			e.logger.Warn("An expression failed; further errors of it are only counted.", zap.String("expression", what), zap.Error(err))
		})
	}
	return nil
}

// view is a copy of the record that has the parsed operators and the derived
// labels as attributes. A value that Envoy did not have is absent, so that it
// evaluates to nil whatever the format.
func (w *worker) view(lr plog.LogRecord, set *labelSet) plog.LogRecord {
	if !w.scratch.made {
		w.scratch.record, w.scratch.made = plog.NewLogRecord(), true
	}
	view := w.scratch.record
	lr.CopyTo(view)
	attributes := view.Attributes()
	removeForeign(attributes)
	for op, value := range w.record.Each {
		if value == "" || value == "-" {
			attributes.Remove(op.Key())
			continue
		}
		attributes.PutStr(op.Key(), value)
	}
	for _, x := range w.record.Extras {
		if x.Value != "" && x.Value != "-" {
			attributes.PutStr(x.Name, x.Value)
		}
	}
	for l, value := range set.labels {
		if value != "" {
			attributes.PutStr(contract.Label(l).String(), value)
		}
	}
	if set.addressed {
		attributes.PutStr(contract.DestinationIP.String(), istio.DestinationIP(&w.record))
	}
	return view
}

// removeForeign hides from expressions what arrived under names of ours, and
// what Envoy had no value for. The user's own labels stay: attributes["team"] is
// the obvious source of `team`.
func removeForeign(attributes pcommon.Map) {
	attributes.RemoveIf(func(name string, v pcommon.Value) bool {
		if v.Type() == pcommon.ValueTypeStr && v.Str() == "-" {
			return true
		}
		_, standard := contract.LabelByName(name)
		return standard && !isOperatorToo(name) || contract.Owns(name)
	})
}
