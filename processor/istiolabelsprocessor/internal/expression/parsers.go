// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
)

// parsers read expressions with and without the name of the context in front
// of paths: both `attributes["x"]` and `log.attributes["x"]` are in use.
type parsers struct {
	bare, named ottl.Parser[*ottllog.TransformContext]
}

func newParsers(set component.TelemetrySettings) (p parsers, err error) {
	functions := ottlfuncs.StandardConverters[*ottllog.TransformContext]()
	if p.bare, err = ottllog.NewParser(functions, set); err != nil {
		return p, err
	}
	p.named, err = ottllog.NewParser(functions, set, ottllog.EnablePathContextNames())
	return p, err
}

func (p *parsers) value(text string) (*ottl.ValueExpression[*ottllog.TransformContext], error) {
	value, err := p.bare.ParseValueExpression(text)
	if err != nil {
		if value, namedErr := p.named.ParseValueExpression(text); namedErr == nil {
			return value, nil
		}
	}
	return value, err
}

func (p *parsers) condition(text string) ([]*ottl.Condition[*ottllog.TransformContext], error) {
	conditions, err := p.bare.ParseConditions([]string{text})
	if err != nil {
		if conditions, namedErr := p.named.ParseConditions([]string{text}); namedErr == nil {
			return conditions, nil
		}
	}
	return conditions, err
}
