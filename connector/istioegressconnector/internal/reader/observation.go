// SPDX-License-Identifier: Apache-2.0

package reader

import (
	"cmp"
	"math"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// observation is what a record adds to the ledger.
func (f *fields) observation(now int64) ledger.Observation {
	o := ledger.Observation{Time: now, Address: f.address}
	k := &o.Key
	k.Source = egress.Source{
		Namespace: cmp.Or(f.namespace, contract.SourceWorkloadNamespace.Default()),
		Workload:  cmp.Or(f.workload, contract.SourceWorkload.Default()),
		App:       f.app,
	}
	// A word of a later version is as good as none.
	k.Traffic, k.NameSource = egress.ParseTraffic(f.traffic), egress.ParseNameSource(f.nameSource)
	if f.port > 0 && f.port <= math.MaxUint16 {
		k.Port = uint16(f.port)
	}
	k.Decision = decisionOf(f.serviceName)
	if k.Decision == egress.Allowed {
		k.Entry = cmp.Or(f.service, f.serviceName)
	}
	f.name(k)
	o.Counts = f.counts()
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

// name finds what the destination is called.
func (f *fields) name(k *egress.Key) {
	switch {
	case f.host != "":
		k.Destination = f.host
	case k.Entry != "":
		k.Destination, k.NameSource = k.Entry, egress.NameOfEntry
	default:
		k.Destination = cmp.Or(f.address, f.network, unknown)
		k.NameSource = egress.NoName
	}
}

// unknown is the destination of records that do not say where they went.
const unknown = "unknown"

// counts are the numbers of a record. What came from the workload is what it sent.
func (f *fields) counts() egress.Counts {
	c := egress.Counts{SentBytes: max(f.received, 0), ReceivedBytes: max(f.sent, 0)}
	if f.verdict == contract.VerdictHTTP {
		c.Requests = 1
	} else {
		c.Connections = 1
	}
	return c
}
