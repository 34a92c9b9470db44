// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"context"
	"fmt"
	"sync"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// Result of all expressions for one record.
type Result struct {
	// Holds is false if there are conditions and none of them holds. Then nothing
	// else was evaluated.
	Holds bool
	// Values of Labels, fit to be shown. They hold until the next record.
	Values []string
	// Errors counts the expressions that failed.
	Errors int
}

// Evaluator holds the memory that one record needs and the next one reuses. It is
// not safe for concurrent use.
type Evaluator struct {
	*Expressions
	seen   plog.LogRecord
	values []string
}

// NewEvaluator returns an evaluator.
func (e *Expressions) NewEvaluator() *Evaluator {
	return &Evaluator{Expressions: e, seen: plog.NewLogRecord()}
}

// Release lets go of the last record.
func (e *Evaluator) Release() {
	e.seen = plog.NewLogRecord()
	clear(e.values[:cap(e.values)])
}

// Evaluate evaluates the conditions and the labels. The error is not nil only if
// an expression failed and the error mode is `propagate`.
func (e *Evaluator) Evaluate(ctx context.Context, in Input) (Result, error) {
	in.copyTo(e.seen, e.names)
	tctx := ottllog.NewTransformContextPtr(in.Resource, in.Scope, e.seen)
	defer tctx.Close()
	var r Result
	if err := e.holds(ctx, tctx, &r); err != nil || !r.Holds {
		return r, err
	}
	e.values = e.values[:0]
	for i := range e.labels {
		value, err := e.value(ctx, tctx, &e.labels[i], &r)
		if err != nil {
			return r, err
		}
		e.values = append(e.values, value)
	}
	r.Values = e.values
	return r, nil
}

func (e *Evaluator) holds(ctx context.Context, tctx *ottllog.TransformContext, r *Result) error {
	r.Holds = len(e.conditions) == 0
	for i := 0; i < len(e.conditions) && !r.Holds; i++ {
		c := &e.conditions[i]
		holds, err := c.sequence.Eval(ctx, tctx)
		if err != nil {
			if err := e.failed(r, c.once, c.text, err); err != nil {
				return err
			}
			continue
		}
		r.Holds = holds
	}
	return nil
}

// value gives a label's value: `unknown` if the expression is nil or fails.
func (e *Evaluator) value(ctx context.Context, tctx *ottllog.TransformContext, l *label, r *Result) (string, error) {
	value, err := l.value.Eval(ctx, tctx)
	if err != nil {
		return istio.Unknown, e.failed(r, l.once, l.name, err)
	}
	return istio.SafeValue(textOf(value)), nil
}

// failed counts an error. It costs the request only if the user wants that.
// One line of log stands for all errors of an expression; the rest are counted.
func (e *Evaluator) failed(r *Result, once *sync.Once, what string, err error) error {
	r.Errors++
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
