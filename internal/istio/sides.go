// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// reporterOf is the value of the label reporter.
func reporterOf(f *Facts) string {
	switch f.direction {
	case names.Inbound:
		return "destination"
	case names.Waypoint:
		return "waypoint"
	default:
		return contract.ReporterSource
	}
}

// sides finds who the proxy is and who its peer is. A waypoint stands for the
// server behind it.
func sides(rec *accesslog.Record, f *Facts) (proxy, peer identity) {
	switch f.direction {
	case names.Inbound:
		return proxyIdentity(rec, f.ownCertificate(rec)), downstreamPeer(rec)
	case names.Waypoint:
		server := upstreamPeer(rec, f)
		server.principal = firstURI(rec, accesslog.DownstreamLocalURISAN)
		return server, downstreamPeer(rec)
	default:
		return proxyIdentity(rec, f.ownCertificate(rec)), upstreamPeer(rec, f)
	}
}

// setSides sets the labels that say who the source and the destination are.
func setSides(ls *contract.LabelSet, claims *Claims, source, destination identity) {
	sourceLabels.set(ls, claims, source, ClaimedSource)
	destinationLabels.set(ls, claims, destination, ClaimedDestination)
}

// sideLabels are the labels of one side.
type sideLabels struct {
	workload, namespace, canonicalService, canonicalRevision, principal, app, version, cluster contract.Label
}

var (
	sourceLabels = sideLabels{
		contract.SourceWorkload, contract.SourceWorkloadNamespace, contract.SourceCanonicalService, contract.SourceCanonicalRevision,
		contract.SourcePrincipal, contract.SourceApp, contract.SourceVersion, contract.SourceCluster,
	}
	destinationLabels = sideLabels{
		contract.DestinationWorkload, contract.DestinationWorkloadNamespace, contract.DestinationCanonicalService, contract.DestinationCanonicalRevision,
		contract.DestinationPrincipal, contract.DestinationApp, contract.DestinationVersion, contract.DestinationCluster,
	}
)

// set gives the labels of a side their values and their claim.
func (l *sideLabels) set(ls *contract.LabelSet, claims *Claims, id identity, claim Claim) {
	for _, v := range []struct {
		label contract.Label
		value string
	}{
		{l.workload, id.Workload},
		{l.namespace, id.Namespace},
		{l.canonicalService, id.CanonicalName},
		{l.canonicalRevision, id.CanonicalRevision},
		{l.principal, id.principal},
		{l.app, id.App},
		{l.version, id.Version},
		{l.cluster, id.Cluster},
	} {
		ls[v.label] = v.value
		if id.claimed {
			claims[v.label] = claim
		}
	}
}
