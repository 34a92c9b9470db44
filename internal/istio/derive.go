package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Options are what a user may choose about the rules.
type Options struct {
	Schema contract.Schema
	// HostHeaderFallback is one of the Fallback constants.
	HostHeaderFallback string
	// NormalizeHosts gives all spellings of a Host header one form (host.Normal);
	// Istio shows each as it came.
	NormalizeHosts bool
	// BlockedWithoutCluster is the destination_service_name of connections
	// that were refused and whose record names no cluster: BlackHoleCluster or
	// Unknown. Old text and ALS cannot tell them from connections to a known
	// service without endpoints.
	BlockedWithoutCluster string
}

// Values of Options.HostHeaderFallback.
const (
	FallbackOutbound = "outbound"
	FallbackAlways   = "always"
	FallbackNever    = "never"
)

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

// Derived is what Derive finds.
type Derived struct {
	Labels  contract.LabelSet
	Verdict contract.Verdict
	// Claims says which labels are somebody's word who may write any number of
	// values.
	Claims Claims
	// Reporter is the workload whose proxy wrote the record.
	Reporter Reporter
}

// Reporter is a workload as its own proxy names it; empty where the record does
// not.
type Reporter struct{ Namespace, Workload string }

// Derive gives a record its labels and its final verdict. The labels of the
// schema and protocol all have a value, except that one which Istio leaves
// empty stays empty; AddressLabels are not among them (see DestinationIP).
// Values are safe to show: valid UTF-8, of bounded length, without control
// characters.
func (o Options) Derive(rec *accesslog.Record, f Facts) Derived {
	var ls contract.LabelSet
	ls[contract.Reporter] = reporterOf(f)
	own, peer := o.sides(rec, f)
	claims := o.setService(&ls, rec, f, own, peer)
	setOutcome(&ls, rec, f)
	ls[contract.ConnectionSecurityPolicy] = securityPolicy(rec, f)
	verdict := f.Verdict
	if o.Schema == contract.SchemaIstio13 {
		verdict = apply13(&ls, f)
	}
	return Derived{o.finish(&ls, f), verdict, claims, reporter(rec, f, own)}
}

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

func (o Options) setService(ls *contract.LabelSet, rec *accesslog.Record, f Facts, own, peer identity) (claims Claims) {
	source, destination := own, peer
	if f.direction != outbound {
		source, destination = peer, own
	}
	sourceLabels.set(ls, &claims, source, ClaimedSource)
	destinationLabels.set(ls, &claims, destination, ClaimedDestination)

	s := o.destinationService(rec, f)
	if s.isClaimed() {
		claims[contract.DestinationService] = ClaimedService
		if s.nameByHost {
			claims[contract.DestinationServiceName] = ClaimedService
		}
		if s.spaceByHost {
			claims[contract.DestinationServiceNamespace] = ClaimedService
		}
	}
	if s.name == "" && f.direction == inbound {
		s.name = own.canonicalName
	}
	if s.namespace == "" {
		s.namespace = destination.namespace
		claims[contract.DestinationServiceNamespace] = claims[contract.DestinationWorkloadNamespace]
	}
	ls[contract.DestinationService] = s.host
	ls[contract.DestinationServiceName] = s.name
	ls[contract.DestinationServiceNamespace] = s.namespace
	if f.direction == waypoint && destination.canonicalRevision == "" {
		ls[contract.DestinationCanonicalRevision] = Unknown
	}
	return claims
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

// setOutcome sets protocol, code, status and flags.
func setOutcome(ls *contract.LabelSet, rec *accesslog.Record, f Facts) {
	ls[contract.ResponseFlags] = rec.Raw(accesslog.ResponseFlags)
	if !f.HTTP {
		ls[contract.RequestProtocol] = "tcp"
		return
	}
	ls[contract.RequestProtocol] = "http"
	ls[contract.ResponseCode] = rec.Get(accesslog.ResponseCode)
	if f.GRPC {
		ls[contract.RequestProtocol] = "grpc"
		ls[contract.GRPCResponseStatus] = rec.Get(accesslog.GRPCStatusNumber)
	}
}

// isGRPC tells gRPC by its content type, and from gRPC-Web, as Envoy does.
func isGRPC(contentType string) bool {
	rest, ok := strings.CutPrefix(contentType, "application/grpc")
	return ok && (rest == "" || rest[0] == '+')
}

// securityPolicy: a client's proxy cannot tell; a server's proxy sees whether
// both sides had certificates, where its log says so at all.
func securityPolicy(rec *accesslog.Record, f Facts) string {
	mtls := rec.Get(accesslog.ConnectionMTLS)
	switch {
	case f.direction == outbound:
		return Unknown
	case mtls == "true":
		return "mutual_tls"
	case mtls == "false":
		return none
	case !rec.Has(accesslog.DownstreamPeerURISAN):
		return Unknown
	case rec.Get(accesslog.DownstreamPeerURISAN) != "" && rec.Get(accesslog.DownstreamLocalURISAN) != "":
		return "mutual_tls"
	default:
		return none
	}
}

// apply13 makes the differences that Istio 1.3 had beside its label set: a
// connection to BlackHoleCluster was never opened, and its flags were empty.
func apply13(ls *contract.LabelSet, f Facts) contract.Verdict {
	if f.Verdict != contract.VerdictTCP || ls[contract.DestinationServiceName] != BlackHoleCluster {
		return f.Verdict
	}
	ls[contract.ResponseFlags] = "-"
	return contract.VerdictTCPClosed
}

// finish keeps the labels of the schema, fills the missing ones and makes all
// values safe.
func (o Options) finish(ls *contract.LabelSet, f Facts) contract.LabelSet {
	var out contract.LabelSet
	for _, l := range o.Schema.Labels(f.Protocol()) {
		out[l] = SafeValue(first(ls[l], l.Default()))
	}
	return out
}
