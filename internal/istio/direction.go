// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"cmp"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// directionOf finds the side of the proxy that wrote the record, from the surest
// sign to the weakest: the proxy's type, the listener's own direction, the
// cluster, the route, addresses, certificates. Without any sign it is outbound,
// so that traffic whose record tells nothing but its refusal shows. gateway is
// true for an ingress or egress gateway.
func directionOf(rec *accesslog.Record, node names.Node) (d names.Direction, gateway bool) {
	cluster := names.DirectionOfCluster(upstreamCluster(rec))
	switch {
	case cluster == names.Waypoint || node.Type == names.WaypointNode:
		return names.Waypoint, false
	case node.Type == names.RouterNode:
		return names.Outbound, true
	}
	switch rec.Get(accesslog.ListenerDirection) {
	case "1":
		return names.Inbound, false
	case "2":
		return names.Outbound, false
	}
	if cluster != names.NoDirection {
		return cluster, false
	}
	if _, ok := names.DestinationOfRoute(rec.Get(accesslog.RouteName)); ok {
		return names.Outbound, false
	}
	return directionOfConnection(rec, cmp.Or(node.IP, rec.Get(accesslog.PodIP))), false
}

// directionOfConnection tells the side by the connection's addresses and
// certificates.
func directionOfConnection(rec *accesslog.Record, ownIP string) names.Direction {
	if ownIP != "" {
		switch ownIP {
		case rec.Address(accesslog.DownstreamLocalAddress):
			return names.Inbound
		case rec.Address(accesslog.DownstreamDirectRemoteAddress):
			return names.Outbound
		}
	}
	local := rec.Get(accesslog.UpstreamLocalAddress)
	for _, prefix := range ownClients {
		if strings.HasPrefix(local, prefix) {
			return names.Inbound
		}
	}
	if rec.Get(accesslog.DownstreamLocalURISAN) != "" {
		return names.Inbound
	}
	return names.Outbound
}

// ownClients are the addresses from which an inbound proxy connects to its own
// workload.
var ownClients = []string{"127.0.0.6:", "[::6]:"}
