// SPDX-License-Identifier: Apache-2.0

package rowmetrics

import (
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// appendLabels writes the labels of a row as the key of a label set: those of Istio in
// their order, then the others by name. The overflow row of all other workloads names
// none, and so can be no workload's.
func appendLabels(dst []byte, k *egress.Key) []byte {
	dst = aggregate.AppendProtocol(dst, contract.HTTP) // rows of all kinds have the same metrics
	dst, _ = aggregate.AppendLabel(dst, egress.LabelWorkload, k.Source.Workload)
	dst, _ = aggregate.AppendLabel(dst, egress.LabelNamespace, k.Source.Namespace)
	dst, _ = aggregate.AppendLabel(dst, egress.LabelDestination, k.Destination)
	dst, _ = aggregate.AppendExtra(dst, egress.LabelDecision, k.Decision.String())
	dst, _ = aggregate.AppendExtra(dst, egress.LabelPort, k.PortText())
	dst, _ = aggregate.AppendExtra(dst, egress.LabelNameSource, nameSource(k))
	if k.Overflow {
		dst, _ = aggregate.AppendExtra(dst, egress.LabelOverflow, contract.OverflowValue)
	}
	dst, _ = aggregate.AppendExtra(dst, egress.LabelTraffic, k.Traffic.String())
	return dst
}

// nameSource is empty for overflow rows, which have no destination.
func nameSource(k *egress.Key) string {
	if k.Overflow {
		return ""
	}
	return k.NameSource.String()
}
