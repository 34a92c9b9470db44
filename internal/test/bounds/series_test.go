// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// series is one of Prometheus'.
type series struct {
	component string
	labels    map[string]string
	counts    bool // an exponential histogram is one series, of two components

	start, at pcommon.Timestamp
	// value is that of the life that goes on or went last, before what those
	// before it came to.
	value, before float64
	lives         int
	ended         bool
}

// valueOf is the value of a label, or of a claimed peer.
func (s *series) valueOf(label string) string {
	if label != contract.ClaimedPeer {
		return s.labels[label]
	}
	if !strings.HasPrefix(s.labels[contract.SourceWorkload.String()], claimedPrefix) {
		return ""
	}
	return string(contract.AppendPeer(nil, contract.SourcePeer, func(l contract.Label) string { return s.labels[l.String()] }))
}

// sum is what all lives of a series came to.
func (s *series) sum() float64 { return s.before + s.value }

// row is where a series belongs in the reference.
func (s *series) row() row {
	service := s.labels[contract.DestinationServiceName.String()]
	if !slices.Contains(fixedServices, service) {
		service = namedByHost
	}
	namespace, workload := contract.SourceWorkloadNamespace, contract.SourceWorkload
	if s.labels[contract.Reporter.String()] == "destination" {
		namespace, workload = contract.DestinationWorkloadNamespace, contract.DestinationWorkload
	}
	return row{
		metric:    s.component,
		namespace: s.labels[namespace.String()],
		workload:  s.labels[workload.String()],
		service:   service,
		protocol:  s.labels[contract.RequestProtocol.String()],
		code:      codeOf(s.labels[contract.ResponseCode.String()]),
	}
}
