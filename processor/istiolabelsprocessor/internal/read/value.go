// SPDX-License-Identifier: Apache-2.0

package read

import (
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrvalue"
)

// store writes a value as the text that Envoy would write.
func store(target logformat.Target, v pcommon.Value, rec *accesslog.Record) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		target.Store(v.Str(), rec)
	case pcommon.ValueTypeInt:
		target.Store(strconv.FormatInt(v.Int(), 10), rec)
	case pcommon.ValueTypeBool:
		target.Store(strconv.FormatBool(v.Bool()), rec)
	case pcommon.ValueTypeDouble:
		if d := v.Double(); d == math.Trunc(d) && math.Abs(d) < 1<<53 {
			target.Store(strconv.FormatInt(int64(d), 10), rec)
		}
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		if attrvalue.IsShallow(v) {
			target.Store(v.AsString(), rec)
		}
	case pcommon.ValueTypeBytes:
		target.Store(string(v.Bytes().AsRaw()), rec)
	}
}
