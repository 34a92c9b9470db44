package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
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

// outboundHost is the host of the known cluster that a record went to, if any.
func outboundHost(rec *accesslog.Record) string {
	c := parseCluster(trimCluster(rec.Get(accesslog.UpstreamCluster)))
	if c.direction != outbound {
		return ""
	}
	return c.host
}

// trimCluster takes off the `;` with which UPSTREAM_CLUSTER ends since 1.23.
func trimCluster(cluster string) string { return strings.TrimSuffix(cluster, ";") }
