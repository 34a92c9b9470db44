// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// NodeID is the node id of the proxy that a record names: the first in any of the
// attributes. It is empty if there is none. Envoy writes it on the resource, and
// the recommended labels have it on the record.
func NodeID(all ...pcommon.Map) string {
	for _, attributes := range all {
		for name, v := range attributes.All() {
			if op, ok := formats.Operators.ByKey(name); ok && op == accesslog.NodeID && v.Type() == pcommon.ValueTypeStr {
				return v.Str()
			}
		}
	}
	return ""
}

// NamespaceOf is the namespace of the proxy with a node id. It is empty if the id
// does not have Istio's form, TYPE~IP~POD.NAMESPACE~DOMAIN.
func NamespaceOf(nodeID string) string { return names.ParseNode(nodeID).Namespace }
