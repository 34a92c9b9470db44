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
	// claimed is set if only an outsider's word stands for a part of it.
	claimed bool
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

// own is the identity of the proxy that wrote the record.
func own(rec *accesslog.Record, certificate string) identity {
	t := ownTestimony(rec, certificate)
	for i := range identityTable {
		row := &identityTable[i]
		*row.value(t.id) = t.first(row.own)
	}
	return *t.id
}

func ownTestimony(rec *accesslog.Record, certificate string) *testimony {
	t := &testimony{rec: rec, node: parseNodeID(rec.Get(accesslog.NodeID)), certificate: certificate, id: &identity{}}
	t.clusterApp, t.clusterNamespace = nodeCluster(rec.Get(accesslog.NodeCluster))
	return t
}

// first is the value of the first source that has one.
func (t *testimony) first(sources []source) string {
	for i := range sources {
		if v := sources[i].read(t); v != "" {
			return v
		}
	}
	return ""
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
	var told identity
	if believesUpstream(rec) {
		told = decodePeer(rec.Get(accesslog.UpstreamPeer))
	}
	known := endpoint(rec.Get(accesslog.UpstreamWorkload))
	return peer(told, known, firstSAN(rec.Get(accesslog.UpstreamPeerURISAN)), serverIsProven(rec))
}

// believesUpstream tells whether a server may say who it is: it has a certificate,
// or is not outside the mesh, as servers of a ServiceEntry can be.
func believesUpstream(rec *accesslog.Record) bool {
	if serverIsProven(rec) {
		return true
	}
	known := outboundHost(rec)
	return !leavesMesh(rec) && (known == "" || isKubernetesHost(known))
}

// downstreamPeer is the identity of the client as its server's proxy sees it.
func downstreamPeer(rec *accesslog.Record) identity {
	told := decodePeer(rec.Get(accesslog.DownstreamPeer))
	return peer(told, identity{}, firstSAN(rec.Get(accesslog.DownstreamPeerURISAN)), clientIsProven(rec))
}

// peer puts the identity of the other side together. What it says beyond what
// the control plane knows has another kind of evidence with a certificate of the
// mesh than without.
func peer(told, known identity, certificate string, proven bool) identity {
	metadata, san := byMetadata, byStranger
	if proven {
		metadata, san = besideCertificate, byCertificate
	}
	id := joined(told, known, certificate)
	id.claimed = claimed[aboutPeer][metadata] && joined(told, known, "") != joined(identity{}, known, "") ||
		claimed[aboutPeer][san] && certificate != ""
	return id
}

func joined(told, known identity, certificate string) identity {
	t := &testimony{metadata: told, endpoint: known, certificate: certificate, id: &identity{}}
	for i := range identityTable {
		row := &identityTable[i]
		*row.value(t.id) = t.first(row.peer)
	}
	return *t.id
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
