// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Inputs are the operators that Derive reads beside the Facts.
//
// The processor remembers label sets by Facts and Inputs. Facts.Inputs and HostAlone
// say where it may leave one out.
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

// allInputs are Inputs as a set.
var allInputs = accesslog.SetOf(Inputs...)

// Inputs are those that Derive reads for a record of these Facts. Where it does not
// read one, whoever sends may write another value each time.
func (f *Facts) Inputs(rec *accesslog.Record) accesslog.OpSet {
	read := allInputs
	if !f.GRPC {
		read.Remove(accesslog.GRPCStatusNumber)
	}
	if f.direction != names.Inbound {
		read.Remove(accesslog.RequestedServerName)
	}
	if f.direction == names.Outbound {
		read.Remove(accesslog.DownstreamPeer)
	}
	if f.direction == names.Inbound || rec.Has(accesslog.UpstreamPeer) && !believesUpstream(rec, f) {
		read.Remove(accesslog.UpstreamPeer)
	}
	return read
}

// HostAlone tells whether the Host header of a record is its destination_service
// and nothing else depends on it, so that any other host gives the same labels
// but for that one. It holds for requests that leave the mesh or were kept from
// it.
func (o *Options) HostAlone(rec *accesslog.Record, f *Facts) bool {
	if !f.HTTP || !o.hostFallback(f) || rec.Get(accesslog.Authority) == "" {
		return false
	}
	_, ok := o.withoutService(rec, f)
	return ok
}
