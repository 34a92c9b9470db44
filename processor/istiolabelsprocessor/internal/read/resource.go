// SPDX-License-Identifier: Apache-2.0

package read

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrvalue"
)

// Resource reads what a resource says of all its records. Its values hold until
// the next resource is read. Values longer than attrvalue.MaxLen are left out,
// since they would be read again for each record.
func (r *Reader) Resource(resource pcommon.Resource) (*accesslog.Record, Foreign) {
	var foreign Foreign
	rec := &r.resource
	rec.Reset()
	attributes := resource.Attributes()
	var set named
	for name, v := range attributes.All() {
		set.signs.Note(name)
		foreign.add(r.Names.Owner(name))
		if target, ok := r.Keys.Lookup(name); ok && attrvalue.IsShort(v) {
			set.add(target, v, rec)
		}
	}
	set.finish(rec)
	if attributes.Len() > 0 {
		readSender(attributes, rec)
	}
	return rec, foreign
}

// readSender reads what names the sender in Kubernetes' words.
func readSender(attributes pcommon.Map, rec *accesslog.Record) {
	for _, ra := range formats.ResourceAttributes {
		if v, ok := attributes.Get(ra.Key); ok && v.Type() == pcommon.ValueTypeStr && attrvalue.IsShort(v) && rec.Get(ra.Op) == "" {
			rec.Set(ra.Op, v.Str())
		}
	}
}
