// SPDX-License-Identifier: Apache-2.0

package write

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// remover removes attributes and counts those that nobody but us may write.
type remover struct {
	names   *attrname.Names
	removed int64
}

// removeContract removes the names of the contract.
func (r *remover) removeContract(attributes pcommon.Map) {
	if attributes.Len() == 0 {
		return
	}
	attributes.RemoveIf(func(name string, _ pcommon.Value) bool {
		owner := r.names.Owner(name)
		if owner != attrname.Contract {
			return false
		}
		r.countOne(owner)
		return true
	})
}

// removes tells whether a name makes room for one of ours, and counts it.
func (r *remover) removes(name string) bool {
	owner := r.names.Owner(name)
	if owner == attrname.Sender {
		return false
	}
	r.countOne(owner)
	return true
}

// count counts attributes of a scope that do not come along, since labels have
// their names.
func (r *remover) count(attributes pcommon.Map) {
	for name := range attributes.All() {
		r.countOne(r.names.Owner(name))
	}
}

// countOne counts what nobody but us may have written. A shared name is no
// forgery.
func (r *remover) countOne(owner attrname.Owner) {
	if owner.IsOursAlone() {
		r.removed++
	}
}
