// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"cmp"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// setService sets destination_service, destination_service_name and
// destination_service_namespace. Source: Istio's stats filter,
// populateFlagsAndDestination.
//
// destination_service_name is the first that there is of:
//
//  1. the way out of the mesh, or that the proxy refused it (withoutService);
//  2. the service in the metadata of the cluster, `cluster_services`;
//  3. the host in the name of the cluster, `upstream_cluster`;
//  4. the server name of mutual TLS that came in (serviceFromServerName);
//  5. the Host header, where it may name a service (hostFallback);
//  6. the canonical service of the proxy itself, for what came in;
//  7. unknown (contract.Label.Default).
//
// Where that is no host, destination_service of what came in is the canonical
// service of the proxy, too: also beside InboundPassthroughCluster.
func (o *Options) setService(ls *contract.LabelSet, claims *Claims, rec *accesslog.Record, f *Facts, proxy, destination identity) {
	s := o.destinationService(rec, f)
	s.setClaims(claims)
	if f.direction == names.Inbound {
		s.host = cmp.Or(s.host, proxy.CanonicalName)
		s.name = cmp.Or(s.name, proxy.CanonicalName)
	}
	if s.namespace == "" {
		s.namespace = destination.Namespace
		claims[contract.DestinationServiceNamespace] = claims[contract.DestinationWorkloadNamespace]
	}
	ls[contract.DestinationService] = s.host
	ls[contract.DestinationServiceName] = s.name
	ls[contract.DestinationServiceNamespace] = s.namespace
}

// destinationService is what the record says of the service: rules 1 to 5.
func (o *Options) destinationService(rec *accesslog.Record, f *Facts) namedService {
	byHeader := o.serviceFromHostHeader(rec, f)
	if name, ok := o.withoutService(rec, f); ok {
		return byHeader.withName(name) // the host stays destination_service
	}
	if s := serviceFromMetadata(rec.Get(accesslog.ClusterServices)); s.host != "" {
		return s
	}
	if s := f.domains.serviceFromHost(names.ParseCluster(upstreamCluster(rec)).Host); s.host != "" {
		return s
	}
	if s, ok := serviceFromServerName(rec, f); ok {
		return s
	}
	if _, ok := names.DestinationOfCluster(byHeader.name); ok {
		return byHeader.withName("") // a client must not write the way out itself
	}
	if f.Ambiguous && !rec.Has(accesslog.UpstreamCluster) {
		// The cluster is in doubt. What left the mesh must not look like a service
		// of the host that the client wrote.
		return byHeader.withName("")
	}
	return byHeader
}

// withoutService is the name for traffic that went to no service: the proxy let
// it out of the mesh or refused it. The route of a request says so, or the
// cluster. Where the record names neither, see isBlocked.
func (o *Options) withoutService(rec *accesslog.Record, f *Facts) (name string, ok bool) {
	if name, ok := names.DestinationOfRoute(rec.Get(accesslog.RouteName)); ok && f.HTTP && f.direction == names.Outbound {
		return name, true
	}
	if name, ok := names.DestinationOfCluster(upstreamCluster(rec)); ok {
		return name, true
	}
	return o.BlockedWithoutCluster, f.Blocked
}

// IsOutside tells whether traffic went to no service: it left the mesh or was kept from
// it.
func (o *Options) IsOutside(rec *accesslog.Record, f *Facts) bool {
	name, ok := o.withoutService(rec, f)
	return ok && contract.IsOutside(name)
}

// serviceFromHostHeader takes the Host header for the service where it may name
// one.
func (o *Options) serviceFromHostHeader(rec *accesslog.Record, f *Facts) namedService {
	if !f.HTTP || !o.hostFallback(f) {
		return namedService{}
	}
	h := o.authority(rec)
	if h == "" {
		return namedService{}
	}
	return namedService{host: h, name: h, nameByHost: true, by: byHostHeader}
}
