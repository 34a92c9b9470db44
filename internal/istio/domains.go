// SPDX-License-Identifier: Apache-2.0

package istio

import "github.com/otelcol-istio/otelcol-istio/internal/istio/names"

// domains are the DNS domains in which a host of the form
// `NAME.NAMESPACE.svc.DOMAIN` is a Kubernetes service. Elsewhere it is the host of
// a ServiceEntry.
type domains struct {
	// configured is Options.ClusterDomain.
	configured string
	// own is that of the proxy that wrote the record, in its node id; empty if
	// the record does not tell.
	own string
}

// DefaultClusterDomain is the domain of a Kubernetes cluster where nobody chose
// another.
const DefaultClusterDomain = "cluster.local"

// clusterSetDomain is the domain of services of several clusters. Source:
// Kubernetes' Multi-Cluster Services API, KEP 1645.
const clusterSetDomain = "clusterset.local"

// service reads the host of a Kubernetes service. It is false for any other
// host.
func (d domains) service(host string) (names.Service, bool) {
	s, ok := names.ParseService(host)
	if !ok {
		return names.Service{}, false
	}
	switch s.Domain {
	case d.configured, d.own, clusterSetDomain:
		return s, true
	default:
		return names.Service{}, false
	}
}

func (d domains) isService(host string) bool {
	_, ok := d.service(host)
	return ok
}
