package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Inputs are the operators that Derive reads beside the Facts.
//
// The processor remembers label sets by Facts and Inputs. Reads and HostAlone say
// where it may leave an input out.
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
// Where it does not, whoever sends may write another value each time.
func (f Facts) Reads(op accesslog.Op, rec *accesslog.Record) bool {
	switch op {
	case accesslog.GRPCStatusNumber:
		return f.GRPC
	case accesslog.RequestedServerName:
		return f.direction == names.Inbound
	case accesslog.DownstreamPeer:
		return f.direction != names.Outbound
	case accesslog.UpstreamPeer:
		return f.direction != names.Inbound && believesUpstream(rec, f)
	default:
		return true
	}
}

// HostAlone tells whether the Host header of a record is its destination_service
// and nothing else depends on it, so that any other host gives the same labels
// but for that one. It holds for requests that leave the mesh or were kept from
// it.
func (o Options) HostAlone(rec *accesslog.Record, f Facts) bool {
	if !f.HTTP || !o.hostFallback(f) || rec.Get(accesslog.Authority) == "" {
		return false
	}
	_, ok := o.withoutService(rec, f)
	return ok
}
