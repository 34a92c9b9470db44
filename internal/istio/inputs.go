package istio

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// Inputs are the operators that Derive reads beside the Facts.
var Inputs = []accesslog.Op{
	accesslog.Authority,
	accesslog.ResponseCode,
	accesslog.ResponseFlags,
	accesslog.UpstreamCluster,
	accesslog.RouteName,
	accesslog.RequestedServerName,
	accesslog.GRPCStatusNumber,
	accesslog.DownstreamPeerURISAN,
	accesslog.DownstreamLocalURISAN,
	accesslog.UpstreamPeerURISAN,
	accesslog.UpstreamLocalURISAN,
	accesslog.ConnectionMTLS,
	accesslog.NodeID,
	accesslog.NodeCluster,
	accesslog.NodeWorkload,
	accesslog.NodeNamespace,
	accesslog.NodeClusterID,
	accesslog.NodeCanonicalName,
	accesslog.NodeCanonicalRevision,
	accesslog.NodeApp,
	accesslog.NodeVersion,
	accesslog.NodePod,
	accesslog.ClusterServices,
	accesslog.UpstreamWorkload,
	accesslog.DownstreamPeer,
	accesslog.UpstreamPeer,
}

// Reads tells whether Derive reads one of the Inputs for records of these Facts.
// Whoever sends can write another value each time where it does not.
func (f Facts) Reads(op accesslog.Op, rec *accesslog.Record) bool {
	switch op {
	case accesslog.GRPCStatusNumber:
		return f.GRPC
	case accesslog.RequestedServerName:
		return f.direction == inbound
	case accesslog.DownstreamPeer:
		return f.direction != outbound
	case accesslog.UpstreamPeer:
		return f.direction != inbound && believesUpstream(rec)
	default:
		return true
	}
}
