package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// direction of the listener or cluster that a name belongs to.
type direction uint8

const (
	unknownDirection direction = iota
	inbound
	outbound
	waypoint
)

// directionOf finds the side of the proxy that wrote the record, from the
// surest sign to the weakest: the listener's own direction, the proxy's type,
// the cluster, the route, addresses, certificates. Without any sign it is
// outbound, so that traffic which left no trace but its refusal shows.
// gateway is true for an ingress or egress gateway.
func directionOf(rec *accesslog.Record) (d direction, gateway bool) {
	node := nodeID{}
	if id := rec.Get(accesslog.NodeID); id != "" {
		node = parseNodeID(id)
	}
	cluster := clusterDirection(trimCluster(rec.Get(accesslog.UpstreamCluster)))
	switch {
	case cluster == waypoint || node.kind == nodeWaypoint:
		return waypoint, false
	case node.kind == nodeRouter:
		return outbound, true
	}
	switch rec.Get(accesslog.ListenerDirection) {
	case "1":
		return inbound, false
	case "2":
		return outbound, false
	}
	if cluster != unknownDirection {
		return cluster, false
	}
	if _, ok := routeDestination(rec.Get(accesslog.RouteName)); ok {
		return outbound, false
	}
	return directionOfConnection(rec, node.ip), false
}

func directionOfConnection(rec *accesslog.Record, ownIP string) direction {
	if ownIP != "" {
		switch ownIP {
		case addressOf(rec.Get(accesslog.DownstreamLocalAddress)):
			return inbound
		case addressOf(rec.Get(accesslog.DownstreamDirectRemoteAddress)):
			return outbound
		}
	}
	local := rec.Get(accesslog.UpstreamLocalAddress)
	for _, prefix := range localInbound {
		if strings.HasPrefix(local, prefix) {
			return inbound
		}
	}
	if rec.Get(accesslog.DownstreamLocalURISAN) != "" {
		return inbound
	}
	return outbound
}

// localInbound are the addresses from which an inbound proxy connects to its
// own application.
var localInbound = []string{"127.0.0.6:", "[::6]:"}

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
