// SPDX-License-Identifier: Apache-2.0

package names

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Clusters of traffic that came in by another port than the service's.
const (
	inboundPassthroughCluster     = "InboundPassthroughCluster"
	inboundPassthroughClusterIPv4 = "InboundPassthroughClusterIpv4"
	inboundPassthroughClusterIPv6 = "InboundPassthroughClusterIpv6"
)

// Routes that Istio makes for hosts outside the mesh. Users name routes, too: a
// route proves something only if it is exactly one of these.
const (
	routeBlockAll           = "block_all"
	routeAllowAny           = "allow_any"
	routeAllowAnyDynamicDNS = "allow_any_dynamic_dns"
)

// DestinationOfRoute is the destination_service_name that a route stands for. It
// is false for a route to a service.
//
// AllowAnyDynamicDNSCluster: Istio's stats filter does not know this third way
// out of the mesh. It shows the Host header as the service's name, which whoever
// sends may write and which no dashboard can select. Here it is named after its
// cluster, as the other two are. The host stays in destination_service.
func DestinationOfRoute(route string) (string, bool) {
	switch route {
	case routeBlockAll:
		return contract.BlackHoleCluster, true
	case routeAllowAny:
		return contract.PassthroughCluster, true
	case routeAllowAnyDynamicDNS:
		return contract.AllowAnyDynamicDNSCluster, true
	default:
		return "", false
	}
}

// DestinationOfCluster is the destination_service_name of a cluster without a
// service: its own name. It is false for any other cluster.
func DestinationOfCluster(cluster string) (string, bool) {
	if directionWithoutService(cluster) == NoDirection {
		return "", false
	}
	return cluster, true
}

// directionWithoutService is the direction of a cluster without a service, and
// NoDirection of any other.
func directionWithoutService(cluster string) Direction {
	switch cluster {
	case contract.BlackHoleCluster, contract.PassthroughCluster, contract.AllowAnyDynamicDNSCluster:
		return Outbound
	case inboundPassthroughCluster, inboundPassthroughClusterIPv4, inboundPassthroughClusterIPv6:
		return Inbound
	default:
		return NoDirection
	}
}
