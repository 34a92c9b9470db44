// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"net/netip"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// namedService is what a request or connection was meant for, as one value of a
// record names it.
type namedService struct {
	host, name, namespace string
	// by is the evidence for host.
	by evidence
	// nameByHost and namespaceByHost say that name and namespace have the same
	// evidence.
	nameByHost, namespaceByHost bool
}

// withName gives the service a name that is not its host's.
func (s namedService) withName(name string) namedService {
	s.name, s.nameByHost = name, false
	return s
}

// setClaims notes which labels are a client's word.
func (s *namedService) setClaims(claims *Claims) {
	if !claimed[aboutService][s.by] {
		return
	}
	claims[contract.DestinationService] = ClaimedService
	if s.nameByHost {
		claims[contract.DestinationServiceName] = ClaimedService
	}
	if s.namespaceByHost {
		claims[contract.DestinationServiceNamespace] = ClaimedService
	}
}

// maxServices bounds the text of a cluster's services, in bytes. Istio's own has
// some hundred.
const maxServices = 16 << 10

// serviceFromMetadata reads the first service of
// CLUSTER_METADATA(istio:services).
func serviceFromMetadata(services string) namedService {
	if services == "" || len(services) > maxServices {
		return namedService{}
	}
	list, err := fastjson.Parse(services)
	if err != nil {
		return namedService{}
	}
	first := list.Get("0")
	s := namedService{
		host:      string(first.GetStringBytes("host")),
		name:      string(first.GetStringBytes("name")),
		namespace: string(first.GetStringBytes("namespace")),
	}
	if s.name == "" {
		s.name, _, _ = strings.Cut(s.host, ".")
	}
	return s
}

// serviceFromHost reads a service off its host. A host that is not a Kubernetes
// service's is a ServiceEntry's, whose namespace no name tells.
func (d domains) serviceFromHost(host string) namedService {
	if _, err := netip.ParseAddr(host); host == "" || err == nil {
		return namedService{} // inbound-pod names an address
	}
	if s, ok := d.service(host); ok {
		return namedService{host: host, name: s.Name, namespace: s.Namespace}
	}
	return namedService{host: host, name: host}
}

// serviceFromServerName reads the service off the server name of mutual TLS, on
// an inbound record only: elsewhere a client's words stand there. A caller
// without mutual TLS writes it even there. So it does not count where the record
// shows that the caller had no certificate, nor where it names a service of
// another namespace than the proxy's own: a Service selects no pods there.
func serviceFromServerName(rec *accesslog.Record, f *Facts) (namedService, bool) {
	if f.direction != names.Inbound || clientIsPlain(rec) {
		return namedService{}, false
	}
	// An Envoy that takes `_` for no letter of a host marks these names, too.
	c := names.ParseCluster(strings.TrimPrefix(rec.Get(accesslog.RequestedServerName), badServerName))
	s := f.domains.serviceFromHost(c.Host)
	if c.Direction != names.Outbound || s.host == "" {
		return namedService{}, false
	}
	if _, ok := names.DestinationOfCluster(s.name); ok {
		return namedService{}, false // a client must not write the way out itself
	}
	proxy := proxyIdentity(rec, firstURI(rec, accesslog.DownstreamLocalURISAN))
	if proxy.Namespace != "" && s.namespace != "" && s.namespace != proxy.Namespace {
		return namedService{}, false
	}
	s.by = serverNameEvidence(rec, &s, &proxy)
	s.nameByHost, s.namespaceByHost = true, proxy.Namespace == ""
	return s, true
}

// serverNameEvidence says what a server name proves. One that is made of what the
// proxy says of itself adds nothing to that. One of a Kubernetes service beside a
// certificate of the mesh was written by a proxy of the mesh. Any other could be
// another one each time.
func serverNameEvidence(rec *accesslog.Record, s *namedService, proxy *identity) evidence {
	switch {
	case proxy.Namespace != "" && s.namespace == proxy.Namespace && s.name == proxy.CanonicalName:
		return byConfiguration
	case s.namespace != "" && clientIsProven(rec):
		return besideCertificate
	default:
		return byServerName
	}
}
