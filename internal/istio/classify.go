// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"cmp"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Classify finds what kind of record it is: a request or a connection, of which
// side of which proxy, refused or not, and its Verdict.
func (o *Options) Classify(rec *accesslog.Record) Facts {
	f := Facts{HTTP: isHTTP(rec), Ambiguous: rec.Ambiguous}
	node := names.ParseNode(rec.Get(accesslog.NodeID))
	f.direction, f.gateway = directionOf(rec, node)
	f.domains = domains{cmp.Or(o.ClusterDomain, DefaultClusterDomain), node.Domain}
	f.GRPC = f.HTTP && o.isGRPC(rec)
	f.sentServerName = sentServerName(rec, &f)
	f.Blocked = isBlocked(rec, &f)
	f.Verdict = verdictOf(rec, &f)
	return f
}
