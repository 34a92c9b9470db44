package expression

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// view makes the copy of the record that expressions see: it has the operators
// that were read and the labels that were derived as attributes. A value that
// Envoy did not have is absent, so that it evaluates to nil whatever the format.
func (e *Evaluator) view(in Input) {
	in.Log.CopyTo(e.seen)
	attributes := e.seen.Attributes()
	e.removeForeign(attributes)
	for op, value := range in.Values.Each {
		if !isValue(value) {
			attributes.Remove(op.Key())
			continue
		}
		attributes.PutStr(op.Key(), value)
	}
	for _, x := range in.Values.Extras {
		if isValue(x.Value) {
			attributes.PutStr(x.Name, x.Value)
		}
	}
	for l, value := range in.Labels {
		if value != "" {
			attributes.PutStr(contract.Label(l).String(), value)
		}
	}
	if in.HasIP {
		attributes.PutStr(contract.DestinationIP.String(), istio.DestinationIP(in.Values))
	}
}

// removeForeign hides what arrived under names of ours, and what Envoy had no
// value for.
func (e *Evaluator) removeForeign(attributes pcommon.Map) {
	attributes.RemoveIf(func(name string, v pcommon.Value) bool {
		if v.Type() == pcommon.ValueTypeStr && v.Str() == accesslog.Missing {
			return true
		}
		owner := e.names.Owner(name)
		return owner == attrname.Label || owner == attrname.Contract
	})
}

func isValue(v string) bool { return v != "" && v != accesslog.Missing }
