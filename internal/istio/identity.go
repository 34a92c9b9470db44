package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// identity is what a record says of one of the two sides.
type identity struct {
	workload, namespace              string
	app, version                     string
	canonicalName, canonicalRevision string
	cluster, principal               string
}

// first returns the first of its arguments that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// own is the identity of the proxy that wrote the record. Each value comes
// from the first source that has it; README.md shows the same table.
func own(rec *accesslog.Record, principal string) identity {
	node := parseNodeID(rec.Get(accesslog.NodeID))
	clusterApp, clusterNamespace := nodeCluster(rec.Get(accesslog.NodeCluster))
	id := identity{
		workload: first(
			rec.Get(accesslog.NodeWorkload),
			WorkloadOfPod(rec.Get(accesslog.NodePod)),
			WorkloadOfPod(node.pod),
			clusterApp,
		),
		namespace: first(
			rec.Get(accesslog.NodeNamespace),
			node.namespace,
			clusterNamespace,
			namespaceOfPrincipal(principal),
		),
		app:               rec.Get(accesslog.NodeApp),
		version:           rec.Get(accesslog.NodeVersion),
		canonicalName:     rec.Get(accesslog.NodeCanonicalName),
		canonicalRevision: rec.Get(accesslog.NodeCanonicalRevision),
		cluster:           rec.Get(accesslog.NodeClusterID),
		principal:         principal,
	}
	// What names the pod tells its labels, too: without an app it has none.
	if !rec.Has(accesslog.NodeApp) && !rec.Has(accesslog.NodePod) {
		id.app = clusterApp
	}
	return id.withCanonical()
}

// withCanonical fills the canonical service in as Istio does: from the app,
// then from the workload. Source: istio pkg/kube/labels.
func (id identity) withCanonical() identity {
	id.canonicalName = first(id.canonicalName, id.app, id.workload)
	id.canonicalRevision = first(id.canonicalRevision, id.version)
	return id
}

// ownNamespace is own's namespace without the rest.
func ownNamespace(rec *accesslog.Record) string {
	_, clusterNamespace := nodeCluster(rec.Get(accesslog.NodeCluster))
	return first(
		rec.Get(accesslog.NodeNamespace),
		parseNodeID(rec.Get(accesslog.NodeID)).namespace,
		clusterNamespace,
		namespaceOfPrincipal(firstSAN(rec.Get(accesslog.DownstreamLocalURISAN))),
	)
}

// nodeCluster splits a proxy's cluster, by default `APP.NAMESPACE`.
func nodeCluster(name string) (app, namespace string) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		return "", ""
	}
	return name[:i], name[i+1:]
}

// upstreamPeer is the identity of the server as its client's proxy sees it:
// peer metadata first, then what the control plane said of the endpoint. The
// namespace is taken from the certificate before either. A server outside the
// mesh could send metadata, too; without a certificate it is not believed.
func upstreamPeer(rec *accesslog.Record) identity {
	san := firstSAN(rec.Get(accesslog.UpstreamPeerURISAN))
	var told identity
	if san != "" || !leavesMesh(rec) {
		told = decodePeer(rec.Get(accesslog.UpstreamPeer))
	}
	return peer(told, endpoint(rec.Get(accesslog.UpstreamWorkload)), san)
}

// downstreamPeer is the identity of the client as its server's proxy sees it.
func downstreamPeer(rec *accesslog.Record) identity {
	return peer(
		decodePeer(rec.Get(accesslog.DownstreamPeer)),
		identity{},
		firstSAN(rec.Get(accesslog.DownstreamPeerURISAN)),
	)
}

// peer puts an identity together. Its principal comes from a certificate only:
// metadata is what the other side says of itself.
func peer(told, known identity, san string) identity {
	return identity{
		workload:          first(told.workload, known.workload),
		namespace:         first(namespaceOfPrincipal(san), told.namespace, known.namespace),
		app:               told.app,
		version:           told.version,
		canonicalName:     first(told.canonicalName, known.canonicalName),
		canonicalRevision: first(told.canonicalRevision, known.canonicalRevision),
		cluster:           first(told.cluster, known.cluster),
		principal:         san,
	}
}

// endpoint reads UPSTREAM_METADATA(istio:workload):
// `workload;namespace;canonical name;canonical revision;cluster`.
func endpoint(metadata string) identity {
	parts := strings.SplitN(metadata, ";", 6)
	if len(parts) < 5 {
		return identity{}
	}
	return identity{
		workload: parts[0], namespace: parts[1],
		canonicalName: parts[2], canonicalRevision: parts[3],
		cluster: parts[4],
	}
}

// firstSAN is the first of a certificate's URI SANs, which Envoy joins by commas.
func firstSAN(sans string) string {
	san, _, _ := strings.Cut(sans, ",")
	return san
}
