package istio

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

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
