package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"encoding/json"
	"strconv"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/istio"
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

// textOf is a value of OTTL as a label shows it.
func textOf(value any) string {
	switch v := value.(type) {
	case nil:
		return istio.Unknown
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case pcommon.Value:
		if isShallow(v, maxDepth) {
			return v.AsString()
		}
	case pcommon.Map:
		if isShallowMap(v, maxDepth) {
			return asJSON(v.AsRaw())
		}
	case pcommon.Slice:
		if isShallowSlice(v, maxDepth) {
			return asJSON(v.AsRaw())
		}
	default:
		return asJSON(v)
	}
	return istio.Unknown
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return istio.Unknown
	}
	return string(b)
}
