package istio

import "strings"

// direction of the listener or cluster that a name belongs to.
type direction uint8

const (
	unknownDirection direction = iota
	inbound
	outbound
	waypoint
)

// clusterName is what Istio writes into the name of a cluster:
// `outbound|PORT|SUBSET|HOST`, `inbound|PORT||`, `inbound-vip|PORT|SUBSET|HOST`,
// `inbound-pod|...`, and `outbound_.PORT_.SUBSET_.HOST`, which is also the SNI
// of mutual TLS.
type clusterName struct {
	direction direction
	host      string
}

// parseCluster reads a cluster's name; the zero value if it is none of Istio's.
func parseCluster(name string) clusterName {
	kind, rest, found := strings.Cut(name, "|")
	separator := "|"
	if !found {
		if kind, rest, found = strings.Cut(name, "_."); !found {
			return clusterName{}
		}
		separator = "_."
	}
	var c clusterName
	switch kind {
	case "outbound":
		c.direction = outbound
	case "inbound":
		c.direction = inbound
	case "inbound-vip", "inbound-pod":
		c.direction = waypoint
	default:
		return clusterName{}
	}
	_, rest, _ = strings.Cut(rest, separator) // the port
	_, c.host, _ = strings.Cut(rest, separator)
	return c
}

// clusterDirection tells which listeners use a cluster.
func clusterDirection(cluster string) direction {
	switch cluster {
	case "":
		return unknownDirection
	case PassthroughCluster, BlackHoleCluster, AllowAnyDynamicDNSCluster:
		return outbound
	case inboundPassthroughCluster, inboundPassthroughClusterIPv4, inboundPassthroughClusterIPv6:
		return inbound
	}
	switch {
	case strings.HasPrefix(cluster, "outbound|"), strings.HasPrefix(cluster, "outbound_."):
		return outbound
	case strings.HasPrefix(cluster, "inbound|"), strings.HasPrefix(cluster, "inbound_."):
		return inbound
	case strings.HasPrefix(cluster, "inbound-vip|"), strings.HasPrefix(cluster, "inbound-pod|"):
		return waypoint
	default:
		return unknownDirection
	}
}

// isTunnel holds for the clusters that carry HBONE: what is inside a tunnel is
// logged by itself.
func isTunnel(cluster string) bool {
	switch cluster {
	case "connect_originate", "connect_terminate", "inner_connect_originate", "forward_inner_connect", "main_internal", "encap":
		return true
	default:
		return false
	}
}

// hbonePort is the port of HBONE listeners.
const hbonePort = ":15008"
