// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// Options of Expressions.
type Options struct {
	// Labels maps names of labels to value expressions.
	Labels map[string]string
	// Conditions are alternatives: a record must hold one of them, if there are
	// any.
	Conditions []string
	// ErrorMode says what an error costs.
	ErrorMode ottl.ErrorMode
	// Names says whose name an attribute has: expressions do not see what arrived
	// under a name of ours.
	Names *attrname.Names
}

// Expressions are compiled. They are safe for concurrent use.
type Expressions struct {
	labels     []label
	conditions []condition
	mode       ottl.ErrorMode
	names      *attrname.Names
	logger     *zap.Logger
}

type label struct {
	name  string
	value *ottl.ValueExpression[*ottllog.TransformContext]
	once  *sync.Once // logs the first error
}

// condition is a sequence of one, so that an error of one is counted and does not
// hide the others.
type condition struct {
	text     string
	sequence ottl.ConditionSequence[*ottllog.TransformContext]
	once     *sync.Once
}

// Compile compiles expressions; nil if there are none. Errors name the key and
// the expression, all at once.
func Compile(o Options, set component.TelemetrySettings) (*Expressions, error) {
	if len(o.Labels) == 0 && len(o.Conditions) == 0 {
		return nil, nil
	}
	if set.Logger == nil {
		set.Logger = zap.NewNop()
	}
	parse, err := newParsers(set)
	if err != nil {
		return nil, err
	}
	e := &Expressions{mode: o.ErrorMode, names: o.Names, logger: set.Logger}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(o.Labels)) {
		value, err := parse.value(o.Labels[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("`labels::%s` is no OTTL value expression, got %q: %w", name, o.Labels[name], err))
			continue
		}
		e.labels = append(e.labels, label{name, value, new(sync.Once)})
	}
	for i, text := range o.Conditions {
		conditions, err := parse.condition(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("`conditions[%d]` is no OTTL condition, got %q: %w", i, text, err))
			continue
		}
		e.conditions = append(e.conditions, condition{text, ottllog.NewConditionSequence(conditions, set), new(sync.Once)})
	}
	return e, errors.Join(errs...)
}

// Labels are the names of the user's labels, in the order of Result.Values.
func (e *Expressions) Labels() []string {
	if e == nil {
		return nil
	}
	names := make([]string, len(e.labels))
	for i := range e.labels {
		names[i] = e.labels[i].name
	}
	return names
}
