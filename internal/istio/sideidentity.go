// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/workload"
)

// proxyIdentity is the identity of the proxy that wrote the record. certificate
// is the first URI SAN of its own; empty where it does not matter.
func proxyIdentity(rec *accesslog.Record, certificate string) identity {
	var v sideValues
	v.readProxy(rec, certificate)
	return v.identity(func(row *precedence) []origin { return row.proxy })
}

// readProxy reads what a record says of the proxy that wrote it.
func (v *sideValues) readProxy(rec *accesslog.Record, certificate string) {
	v.rec, v.node, v.certificate = rec, names.ParseNode(rec.Get(accesslog.NodeID)), certificate
	v.clusterApp, v.clusterNamespace = names.ParseNodeCluster(rec.Get(accesslog.NodeCluster))
}

// upstreamPeer is the identity of the server as its client's proxy sees it:
// peer metadata first, then what the control plane said of the endpoint. The
// namespace is taken from the certificate before either. A server outside the
// mesh could send metadata, too; without a certificate it is not believed.
func upstreamPeer(rec *accesslog.Record, f *Facts) identity {
	var told workload.Metadata
	if believesUpstream(rec, f) {
		told = workload.OfPeer(rec.Get(accesslog.UpstreamPeer))
	}
	known := workload.OfEndpoint(rec.Get(accesslog.UpstreamWorkload))
	return peerIdentity(told, known, firstURI(rec, accesslog.UpstreamPeerURISAN), serverIsProven(rec))
}

// believesUpstream tells whether a server may say who it is: it has a certificate,
// or is not outside the mesh, as servers of a ServiceEntry can be.
func believesUpstream(rec *accesslog.Record, f *Facts) bool {
	return serverIsProven(rec) || !leavesMesh(rec) && !f.toServiceEntry(rec)
}

// downstreamPeer is the identity of the client as its server's proxy sees it.
func downstreamPeer(rec *accesslog.Record) identity {
	told := workload.OfPeer(rec.Get(accesslog.DownstreamPeer))
	return peerIdentity(told, workload.Metadata{}, firstURI(rec, accesslog.DownstreamPeerURISAN), clientIsProven(rec))
}

// peerIdentity puts the identity of a peer together from what it told and what
// the control plane knows. What it told has another kind of evidence with a
// certificate of the mesh than without.
func peerIdentity(told, known workload.Metadata, certificate string, proven bool) identity {
	metadata, san := byMetadata, byStranger
	if proven {
		metadata, san = besideCertificate, byCertificate
	}
	id := joined(told, known, certificate)
	id.claimed = claimed[aboutPeer][san] && certificate != "" || claimed[aboutPeer][metadata] && tellsMore(told, known)
	return id
}

// tellsMore tells whether what a peer told adds anything to what the control
// plane knows.
func tellsMore(told, known workload.Metadata) bool {
	return joined(told, known, "") != joined(workload.Metadata{}, known, "")
}

func joined(told, known workload.Metadata, certificate string) identity {
	v := &sideValues{peer: identity{Metadata: told}, endpoint: identity{Metadata: known}, certificate: certificate}
	return v.identity(func(row *precedence) []origin { return row.peer })
}

// identity reads all rows of the table.
func (v *sideValues) identity(origins func(*precedence) []origin) identity {
	v.found = &identity{}
	for i := range identityTable {
		row := &identityTable[i]
		*row.field(v.found) = v.first(row.field, origins(row))
	}
	return *v.found
}

// first is the value of the first origin that has one.
func (v *sideValues) first(f field, origins []origin) string {
	for i := range origins {
		if value := origins[i].read(v, f); value != "" {
			return value
		}
	}
	return ""
}
