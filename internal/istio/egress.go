// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// sentServerName tells whether a TLS client named a server. Facts need it: the name
// itself is no input of labels.
func sentServerName(rec *accesslog.Record, f *Facts) bool {
	return !f.HTTP && f.direction == names.Outbound && rec.Get(accesslog.RequestedServerName) != ""
}

// traffic is the kind of traffic of a record that leaves the mesh or is kept from it,
// by the name of its service, or that goes to a ServiceEntry.
func (f *Facts) traffic(rec *accesslog.Record, serviceName string) contract.Traffic {
	switch {
	case f.direction != names.Outbound || !f.Verdict.Counted():
		return contract.TrafficStays
	case !contract.IsOutside(serviceName) && !f.toServiceEntry(rec):
		return contract.TrafficStays
	case f.GRPC:
		return contract.TrafficGRPC
	case f.HTTP:
		return contract.TrafficHTTP
	case f.sentServerName:
		return contract.TrafficTLS
	default:
		return contract.TrafficTCP
	}
}

// toServiceEntry tells whether a record went to the cluster of a host that is no
// Kubernetes service.
func (f *Facts) toServiceEntry(rec *accesslog.Record) bool {
	entry := outboundHost(rec)
	return entry != "" && !f.domains.isService(entry)
}

// Proxy names the proxy that wrote a record, `POD.NAMESPACE`, by its node id, else by
// its pod. It is empty if the record has neither.
func Proxy(rec *accesslog.Record) string {
	if pod := names.PodOfNode(rec.Get(accesslog.NodeID)); pod != "" {
		return pod
	}
	if pod, namespace := rec.Get(accesslog.NodePod), rec.Get(accesslog.NodeNamespace); pod != "" && namespace != "" {
		return pod + "." + namespace
	}
	return ""
}

// DestinationPort is the port that the client connected to: that of the downstream
// local address, which is the original destination; else that in the name of the
// cluster. A client of a gateway connects to the gateway: there the cluster says where
// the gateway connects to. It is false if the record has none.
func DestinationPort(rec *accesslog.Record) (uint16, bool) {
	if strings.HasPrefix(rec.Get(accesslog.NodeID), names.RouterNode+"~") {
		if port, ok := names.PortOfCluster(upstreamCluster(rec)); ok {
			return port, true
		}
	}
	if port, ok := rec.Port(accesslog.DownstreamLocalAddress); ok {
		return port, true
	}
	return names.PortOfCluster(upstreamCluster(rec))
}
