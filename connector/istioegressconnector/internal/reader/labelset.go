// SPDX-License-Identifier: Apache-2.0

package reader

import (
	"cmp"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// labelSet is what stands on a scope for all its records, or on a record that has its own
// labels.
type labelSet struct {
	hasVersion, knownVersion bool
	verdict                  contract.Verdict
	traffic                  string

	namespace, workload, app string
	serviceName, service     string
}

// read reads attributes. A value of another type is as good as none.
func (s *labelSet) read(attributes pcommon.Map) {
	for key, value := range attributes.All() {
		switch value.Type() {
		case pcommon.ValueTypeStr:
			s.readString(key, value.Str())
		case pcommon.ValueTypeInt:
			if key == contract.AttrVersion {
				s.hasVersion, s.knownVersion = true, value.Int() == contract.Version
			}
		}
	}
}

// labelNames are compared with each attribute, and so made once.
var labelNames = func() (n struct{ namespace, workload, app, serviceName, service string }) {
	n.namespace, n.workload, n.app = contract.SourceWorkloadNamespace.String(), contract.SourceWorkload.String(), contract.SourceApp.String()
	n.serviceName, n.service = contract.DestinationServiceName.String(), contract.DestinationService.String()
	return n
}()

func (s *labelSet) readString(key, value string) {
	switch key {
	case contract.AttrVerdict:
		s.verdict = contract.Verdict(value)
	case contract.AttrTraffic:
		s.traffic = value
	case labelNames.namespace:
		s.namespace = value
	case labelNames.workload:
		s.workload = value
	case labelNames.app:
		s.app = value
	case labelNames.serviceName:
		s.serviceName = value
	case labelNames.service:
		s.service = value
	}
}

// observation is what all records of the set add to the ledger alike. Its labels are such
// as a page and a log survive.
func (s *labelSet) observation(now int64) ledger.Observation {
	for _, label := range []*string{&s.namespace, &s.workload, &s.app, &s.serviceName, &s.service} {
		*label = contract.CleanValue(*label)
	}
	o := ledger.Observation{Time: now}
	k := &o.Key
	k.Source = egress.Source{
		Namespace: cmp.Or(s.namespace, contract.SourceWorkloadNamespace.Default()),
		Workload:  cmp.Or(s.workload, contract.SourceWorkload.Default()),
		App:       s.app,
	}
	// A word of a later version is as good as none.
	k.Traffic = egress.ParseTraffic(s.traffic)
	k.Decision = decisionOf(s.serviceName)
	if k.Decision == egress.Allowed {
		k.Entry = cmp.Or(s.service, s.serviceName)
	}
	if s.verdict == contract.VerdictHTTP {
		o.Requests = 1
	} else {
		o.Connections = 1
	}
	return o
}

// decisionOf tells from Istio's label what became of the traffic.
func decisionOf(serviceName string) egress.Decision {
	switch serviceName {
	case contract.BlackHoleCluster:
		return egress.Blocked
	case contract.PassthroughCluster, contract.AllowAnyDynamicDNSCluster:
		return egress.Passed
	default:
		return egress.Allowed
	}
}
