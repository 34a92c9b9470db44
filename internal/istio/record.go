// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// upstreamCluster is the cluster's name without the `;` with which
// UPSTREAM_CLUSTER ends since Istio 1.23.
func upstreamCluster(rec *accesslog.Record) string {
	return strings.TrimSuffix(rec.Get(accesslog.UpstreamCluster), ";")
}

// outboundHost is the host of the known service that a record's proxy sent to,
// empty if there is none.
func outboundHost(rec *accesslog.Record) string {
	c := names.ParseCluster(upstreamCluster(rec))
	if c.Direction != names.Outbound {
		return ""
	}
	return c.Host
}

// leavesMesh tells whether a route or cluster leads out of the mesh, or nowhere.
func leavesMesh(rec *accesslog.Record) bool {
	if _, ok := names.DestinationOfRoute(rec.Get(accesslog.RouteName)); ok {
		return true
	}
	_, ok := names.DestinationOfCluster(upstreamCluster(rec))
	return ok
}

// firstURI is the first URI SAN of a certificate.
func firstURI(rec *accesslog.Record, op accesslog.Op) string {
	return names.FirstURI(rec.Get(op))
}
