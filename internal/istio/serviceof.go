package istio

import (
	"net/netip"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

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

// isKubernetesHost holds for `NAME.NAMESPACE.svc...`, the form that
// serviceOfHost reads.
func isKubernetesHost(h string) bool {
	_, h, _ = strings.Cut(h, ".")
	_, h, _ = strings.Cut(h, ".")
	kind, _, _ := strings.Cut(h, ".")
	return kind == "svc"
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
