// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"cmp"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// Input is what expressions may see of one record.
type Input struct {
	Resource plog.ResourceLogs
	Scope    plog.ScopeLogs
	Log      plog.LogRecord
	// Values are those that were read from Log.
	Values *accesslog.Record
	// Labels are those that were derived.
	Labels *contract.LabelSet
	// HasIP and HasHost are true if the record gets destination_ip and
	// destination_host.
	HasIP, HasHost bool
}

// copyTo makes the copy of the record that expressions see: it has the operators
// that were read and the labels that were derived as attributes. A value that
// Envoy did not have is absent, so that it evaluates to nil whatever the format.
func (in *Input) copyTo(seen plog.LogRecord, names *attrname.Names) {
	in.Log.CopyTo(seen)
	attributes := seen.Attributes()
	removeForeign(attributes, names)
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
	if in.HasHost {
		attributes.PutStr(contract.DestinationHost.String(), cmp.Or(in.Values.DestinationHost, istio.DestinationIP(in.Values)))
	}
}

// removeForeign hides what arrived under names of ours, and what Envoy had no
// value for.
func removeForeign(attributes pcommon.Map, names *attrname.Names) {
	attributes.RemoveIf(func(name string, v pcommon.Value) bool {
		if v.Str() == accesslog.Missing {
			return true
		}
		return names.Owner(name).IsOursAlone()
	})
}

func isValue(v string) bool { return v != "" && v != accesslog.Missing }
