package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// service is what a request or connection was meant for.
type service struct {
	host, name, namespace string
	// by is the evidence for host.
	by evidence
	// nameByHost and spaceByHost say that name and namespace have the same
	// evidence.
	nameByHost, spaceByHost bool
}

// setService sets destination_service, destination_service_name and
// destination_service_namespace. Source: Istio's stats filter,
// populateFlagsAndDestination.
//
// destination_service_name is the first that there is of:
//
//  1. the way out of the mesh, or that the proxy refused it (withoutService);
//  2. the service in the metadata of the cluster, `cluster_services`;
//  3. the host in the name of the cluster, `upstream_cluster`;
//  4. the server name of mutual TLS that came in (serviceOfSNI);
//  5. the Host header, where it may name a service (serviceOfHostHeader);
//  6. the canonical service of the proxy itself, for what came in;
//  7. unknown (contract.Label.Default).
func (o Options) setService(ls *contract.LabelSet, claims *Claims, rec *accesslog.Record, f Facts, own, destination identity) {
	s := o.destinationService(rec, f)
	s.setClaims(claims)
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
}

// destinationService is what the record says of the service: rules 1 to 5.
func (o Options) destinationService(rec *accesslog.Record, f Facts) service {
	byHeader := o.serviceOfHostHeader(rec, f)
	if name, ok := o.withoutService(rec, f); ok {
		return byHeader.named(name) // the host still is destination_service
	}
	if s := serviceOfMetadata(rec.Get(accesslog.ClusterServices)); s.host != "" {
		return s
	}
	if s := serviceOfHost(parseCluster(trimCluster(rec.Get(accesslog.UpstreamCluster))).host); s.host != "" {
		return s
	}
	if s, ok := serviceOfSNI(rec, f); ok {
		return s
	}
	if _, ok := clusterDestination(byHeader.name); ok {
		return byHeader.named("") // a host that calls itself a cluster
	}
	if f.Ambiguous && !rec.Has(accesslog.UpstreamCluster) {
		// The cluster is in doubt: what left the mesh must not look like a
		// service of the host that the client wrote.
		return byHeader.named("")
	}
	return byHeader
}

// withoutService is the name for traffic that went to no service: the proxy let
// it out of the mesh or refused it. Of a request the route says so, of a
// connection the cluster. Where the record names neither, see isBlocked.
func (o Options) withoutService(rec *accesslog.Record, f Facts) (name string, ok bool) {
	if name, ok := routeDestination(rec.Get(accesslog.RouteName)); ok && f.HTTP && f.direction == outbound {
		return name, true
	}
	if name, ok := clusterDestination(trimCluster(rec.Get(accesslog.UpstreamCluster))); ok {
		return name, true
	}
	return o.BlockedWithoutCluster, f.Blocked
}

// serviceOfHostHeader takes the Host header for the service, where Istio does:
// see hostFallback.
func (o Options) serviceOfHostHeader(rec *accesslog.Record, f Facts) service {
	if !f.HTTP || !o.hostFallback(f) {
		return service{}
	}
	h := o.authority(rec)
	if h == "" {
		return service{}
	}
	return service{host: h, name: h, nameByHost: true, by: byHostHeader}
}

// named gives the service a name that is not its host's.
func (s service) named(name string) service {
	s.name, s.nameByHost = name, false
	return s
}

// setClaims notes which labels are a client's word.
func (s *service) setClaims(claims *Claims) {
	if !claimed[aboutService][s.by] {
		return
	}
	claims[contract.DestinationService] = ClaimedService
	if s.nameByHost {
		claims[contract.DestinationServiceName] = ClaimedService
	}
	if s.spaceByHost {
		claims[contract.DestinationServiceNamespace] = ClaimedService
	}
}
