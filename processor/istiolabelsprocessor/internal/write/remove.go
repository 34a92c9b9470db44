package write

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// remove removes the names of these owners.
func (w *Writer) remove(attributes pcommon.Map, owners ...attrname.Owner) {
	if attributes.Len() == 0 {
		return
	}
	attributes.RemoveIf(func(name string, _ pcommon.Value) bool {
		owner := w.Names.Owner(name)
		if !slices.Contains(owners, owner) {
			return false
		}
		w.countOne(owner)
		return true
	})
}

// count counts attributes of a scope that do not come along, since labels have
// their names.
func (w *Writer) count(attributes pcommon.Map) {
	for name := range attributes.All() {
		w.countOne(w.Names.Owner(name))
	}
}

// countOne counts what nobody but us may have written. A shared name is no
// forgery.
func (w *Writer) countOne(owner attrname.Owner) {
	if owner == attrname.Contract || owner == attrname.Label {
		w.removed++
	}
}
