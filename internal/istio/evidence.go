// SPDX-License-Identifier: Apache-2.0

package istio

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// evidence is what stands for a value: who could have written it.
type evidence uint8

const (
	// byConfiguration is the proxy's own: its cluster, the cluster's services, its
	// node id and labels, the resource of its pod; and what the control plane says
	// of an endpoint.
	byConfiguration evidence = iota
	// byCertificate is a certificate of a mutual TLS connection of the mesh.
	byCertificate
	// besideCertificate is metadata, or the server name of a Kubernetes service, on
	// such a connection: the proxy of a workload of the mesh wrote it.
	besideCertificate
	// byHostHeader is the Host header.
	byHostHeader
	// byServerName is any other server name.
	byServerName
	// byMetadata is peer metadata on any other connection.
	byMetadata
	// byStranger is a certificate of any other connection: nobody has verified it.
	byStranger

	numEvidence
)

// subject is what a label is about.
type subject uint8

const (
	aboutReporter subject = iota
	aboutPeer
	aboutService

	numSubjects
)

// claimed tells, for what a label is about and for each evidence, whether an
// outsider without a certificate of the mesh can write the value. For status
// codes see Finite.
var claimed = [numSubjects][numEvidence]bool{
	aboutReporter: {},
	aboutPeer:     {byMetadata: true, byStranger: true},
	aboutService:  {byHostHeader: true, byServerName: true},
}

// clientIsProven tells whether the client of a connection that came in has a
// certificate of the mesh.
func clientIsProven(rec *accesslog.Record) bool {
	switch rec.Get(accesslog.ConnectionMTLS) {
	case "true":
		return true
	case "false":
		return false
	default:
		return isMutual(rec, accesslog.DownstreamPeerURISAN, accesslog.DownstreamLocalURISAN)
	}
}

// clientIsPlain tells whether the record shows that the client of a connection
// that came in had no certificate.
func clientIsPlain(rec *accesslog.Record) bool {
	return rec.Get(accesslog.ConnectionMTLS) == "false" ||
		rec.Has(accesslog.DownstreamPeerURISAN) && rec.Get(accesslog.DownstreamPeerURISAN) == ""
}

// serverIsProven tells the same of the server of a connection that went out.
func serverIsProven(rec *accesslog.Record) bool {
	return isMutual(rec, accesslog.UpstreamPeerURISAN, accesslog.UpstreamLocalURISAN)
}

// isMutual tells whether both sides of a connection had a certificate. A proxy
// without one of its own need not have verified that of its peer: it may have
// added TLS to a connection that leaves the mesh. A log need not have the proxy's
// own certificate at all.
func isMutual(rec *accesslog.Record, peer, own accesslog.Op) bool {
	return rec.Get(peer) != "" && (rec.Get(own) != "" || !rec.Has(own))
}
