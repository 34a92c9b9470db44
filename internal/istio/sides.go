package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Reporter is a workload as its own proxy names it; empty where the record does
// not.
type Reporter struct{ Namespace, Workload string }

func reporterOf(f Facts) string {
	switch f.direction {
	case inbound:
		return "destination"
	case waypoint:
		return "waypoint"
	default:
		return contract.ReporterSource
	}
}

// reporter is own, except that a waypoint is itself.
func reporter(rec *accesslog.Record, f Facts, self identity) Reporter {
	if f.direction == waypoint {
		self = own(rec, "")
	}
	return Reporter{SafeValue(self.namespace), SafeValue(self.workload)}
}

// sides finds who the proxy is and who its peer is.
func (o Options) sides(rec *accesslog.Record, f Facts) (self, other identity) {
	switch f.direction {
	case inbound:
		return own(rec, firstSAN(rec.Get(accesslog.DownstreamLocalURISAN))), downstreamPeer(rec)
	case waypoint:
		// A waypoint reports on behalf of the server behind it.
		server := upstreamPeer(rec)
		server.principal = firstSAN(rec.Get(accesslog.DownstreamLocalURISAN))
		return server, downstreamPeer(rec)
	default:
		return own(rec, firstSAN(rec.Get(accesslog.UpstreamLocalURISAN))), upstreamPeer(rec)
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

func (l *sideLabels) set(ls *contract.LabelSet, claims *Claims, id identity, claim Claim) {
	for _, v := range []struct {
		label contract.Label
		value string
	}{
		{l.workload, id.workload},
		{l.namespace, id.namespace},
		{l.canonicalService, id.canonicalName},
		{l.canonicalRevision, id.canonicalRevision},
		{l.principal, id.principal},
		{l.app, id.app},
		{l.version, id.version},
		{l.cluster, id.cluster},
	} {
		ls[v.label] = v.value
		if id.claimed {
			claims[v.label] = claim
		}
	}
}
