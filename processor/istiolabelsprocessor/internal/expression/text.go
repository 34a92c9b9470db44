// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"encoding/json"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrvalue"
)

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
		if attrvalue.IsShallow(v) {
			return v.AsString()
		}
	case pcommon.Map:
		if attrvalue.IsShallowMap(v) {
			return asJSON(v.AsRaw())
		}
	case pcommon.Slice:
		if attrvalue.IsShallowSlice(v) {
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
