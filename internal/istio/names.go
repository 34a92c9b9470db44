package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Names that Istio's control plane gives to clusters without a service.
const (
	BlackHoleCluster              = contract.BlackHoleCluster
	PassthroughCluster            = contract.PassthroughCluster
	AllowAnyDynamicDNSCluster     = contract.AllowAnyDynamicDNSCluster
	inboundPassthroughCluster     = "InboundPassthroughCluster"
	inboundPassthroughClusterIPv4 = "InboundPassthroughClusterIpv4"
	inboundPassthroughClusterIPv6 = "InboundPassthroughClusterIpv6"
)

// Names of the routes that Istio makes for hosts outside the mesh. Users name
// routes too: a route proves something only if it is exactly one of these.
const (
	routeBlockAll           = "block_all"
	routeAllowAny           = "allow_any"
	routeAllowAnyDynamicDNS = "allow_any_dynamic_dns"
)

// Values of labels that stand for the lack of a value, and of mutual TLS.
const (
	Unknown = "unknown"
	none    = "none"
)

// routeDestination is the destination_service_name that a route stands for.
//
// AllowAnyDynamicDNSCluster: Istio's stats filter does not know this third way
// out of the mesh and shows the Host header as the service's name, which
// whoever sends may write and which no dashboard can select. It is named after
// its cluster, as the other two are; the host stays in destination_service.
func routeDestination(route string) (string, bool) {
	switch route {
	case routeBlockAll:
		return BlackHoleCluster, true
	case routeAllowAny:
		return PassthroughCluster, true
	case routeAllowAnyDynamicDNS:
		return AllowAnyDynamicDNSCluster, true
	default:
		return "", false
	}
}

// clusterDestination is the destination_service_name of the clusters that have
// no service: their own name.
func clusterDestination(cluster string) (string, bool) {
	switch cluster {
	case BlackHoleCluster, PassthroughCluster, AllowAnyDynamicDNSCluster,
		inboundPassthroughCluster, inboundPassthroughClusterIPv4, inboundPassthroughClusterIPv6:
		return cluster, true
	default:
		return "", false
	}
}

// leavesMesh tells whether a route or cluster leads out of the mesh, or nowhere.
func leavesMesh(rec *accesslog.Record) bool {
	if _, out := routeDestination(rec.Get(accesslog.RouteName)); out {
		return true
	}
	_, out := clusterDestination(trimCluster(rec.Get(accesslog.UpstreamCluster)))
	return out
}
