package istio

import (
	"net/netip"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// service is what a request or connection was meant for.
type service struct {
	host, name, namespace string
	// by is the evidence for host. Name and namespace may have another.
	by                      evidence
	nameByHost, spaceByHost bool
}

// isClaimed tells whether the host is a client's word.
func (s *service) isClaimed() bool { return claimed[aboutService][s.by] }

// destinationService applies Istio's rules in their order. Source: Istio's
// stats filter, populateFlagsAndDestination.
func (o Options) destinationService(rec *accesslog.Record, f Facts) service {
	var s service
	if f.HTTP && o.hostFallback(f) && o.authority(rec) != "" {
		s.host = o.authority(rec)
		s.name, s.nameByHost, s.by = s.host, true, byHostHeader
	}
	if name, ok := o.withoutService(rec, f); ok {
		s.name, s.nameByHost = name, false
		return s
	}
	cluster := trimCluster(rec.Get(accesslog.UpstreamCluster))
	if known := serviceOfMetadata(rec.Get(accesslog.ClusterServices)); known.host != "" {
		return known
	}
	if known := serviceOfHost(parseCluster(cluster).host); known.host != "" {
		return known
	}
	if known, ok := serviceOfSNI(rec, f); ok {
		return known
	}
	if _, ok := clusterDestination(s.name); ok {
		s.name, s.nameByHost = "", false // a host that calls itself a cluster
	}
	if f.Ambiguous && !rec.Has(accesslog.UpstreamCluster) {
		// The cluster is in doubt: what left the mesh must not look like a
		// service of the host that the client wrote.
		s.name, s.nameByHost = "", false
	}
	return s
}

// withoutService is the name for traffic that went to no service: the proxy let
// it out of the mesh or refused it.
func (o Options) withoutService(rec *accesslog.Record, f Facts) (name string, ok bool) {
	if name, ok := routeDestination(rec.Get(accesslog.RouteName)); ok && f.HTTP && f.direction == outbound {
		return name, true
	}
	if name, ok := clusterDestination(trimCluster(rec.Get(accesslog.UpstreamCluster))); ok {
		return name, true
	}
	return o.BlockedWithoutCluster, f.Blocked
}

// leavesMesh tells whether a route or cluster leads out of the mesh, or nowhere.
func leavesMesh(rec *accesslog.Record) bool {
	if _, out := routeDestination(rec.Get(accesslog.RouteName)); out {
		return true
	}
	_, out := clusterDestination(trimCluster(rec.Get(accesslog.UpstreamCluster)))
	return out
}

// hostFallback tells whether the Host header may name the service. Istio lets
// it on outbound sidecar listeners only: whoever reaches a pod or a gateway
// writes that header.
func (o Options) hostFallback(f Facts) bool {
	switch o.HostHeaderFallback {
	case FallbackAlways:
		return true
	case FallbackNever:
		return false
	default:
		return f.direction == outbound && !f.gateway
	}
}

// serviceOfMetadata reads the first service of CLUSTER_METADATA(istio:services).
func serviceOfMetadata(services string) service {
	if services == "" || len(services) > maxPeer {
		return service{}
	}
	list, err := fastjson.Parse(services)
	if err != nil {
		return service{}
	}
	first := list.Get("0")
	s := service{
		host:      string(first.GetStringBytes("host")),
		name:      string(first.GetStringBytes("name")),
		namespace: string(first.GetStringBytes("namespace")),
	}
	if s.name == "" {
		s.name, _, _ = strings.Cut(s.host, ".")
	}
	return s
}

// serviceOfHost reads a service off its host: `NAME.NAMESPACE.svc.DOMAIN` is
// Kubernetes' form; any other host is a ServiceEntry's, whose namespace no name
// tells.
func serviceOfHost(host string) service {
	if _, err := netip.ParseAddr(host); host == "" || err == nil {
		return service{} // inbound-pod names an address
	}
	if isKubernetesHost(host) {
		name, rest, _ := strings.Cut(host, ".")
		namespace, _, _ := strings.Cut(rest, ".")
		return service{host: host, name: name, namespace: namespace}
	}
	return service{host: host, name: host}
}

// serviceOfSNI reads the service off the server name of mutual TLS, on an
// inbound record only: elsewhere a client's words stand there. Even there a
// caller without mutual TLS writes it, so it does not count where the record
// shows that the caller had no certificate, or where it names a service of
// another namespace than the proxy's own: a Service selects no pods there.
func serviceOfSNI(rec *accesslog.Record, f Facts) (service, bool) {
	sni := rec.Get(accesslog.RequestedServerName)
	if f.direction != inbound || sni == "" {
		return service{}, false
	}
	if rec.Has(accesslog.DownstreamPeerURISAN) && rec.Get(accesslog.DownstreamPeerURISAN) == "" ||
		rec.Get(accesslog.ConnectionMTLS) == "false" {
		return service{}, false
	}
	c := parseCluster(sni)
	s := serviceOfHost(c.host)
	if c.direction != outbound || s.host == "" {
		return service{}, false
	}
	if _, ok := clusterDestination(s.name); ok {
		return service{}, false // a server name that calls itself a cluster
	}
	self := own(rec, firstSAN(rec.Get(accesslog.DownstreamLocalURISAN)))
	if self.namespace != "" && s.namespace != "" && s.namespace != self.namespace {
		return service{}, false
	}
	s.by = serverNameEvidence(rec, &s, &self)
	s.nameByHost, s.spaceByHost = true, self.namespace == ""
	return s, true
}

// serverNameEvidence says what a server name proves. One that is made of what the
// proxy says of itself adds nothing to that. One of a Kubernetes service beside a
// certificate of the mesh was written by a proxy of the mesh; any other could be
// another one each time.
func serverNameEvidence(rec *accesslog.Record, s *service, self *identity) evidence {
	switch {
	case self.namespace != "" && s.host == self.canonicalName+"."+self.namespace+clusterDomain:
		return byConfiguration
	case s.namespace != "" && clientIsProven(rec):
		return besideCertificate
	default:
		return byServerName
	}
}

// clusterDomain ends the hosts of Kubernetes services where nobody chose another.
const clusterDomain = ".svc.cluster.local"
