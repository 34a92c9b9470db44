// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"math"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

// tlsVersions are spelled as %DOWNSTREAM_TLS_VERSION% spells them.
var tlsVersions = enum{
	accesslogv3.TLSProperties_TLSv1:   "TLSv1",
	accesslogv3.TLSProperties_TLSv1_1: "TLSv1.1",
	accesslogv3.TLSProperties_TLSv1_2: "TLSv1.2",
	accesslogv3.TLSProperties_TLSv1_3: "TLSv1.3",
}

// tls writes what the proxy says of the downstream's TLS. If it says nothing,
// there was none; if it says but a server name, it passed TLS through.
func (w *writer) tls(t *envoyproto.TLS) {
	peer, local := w.entry.PeerNames, w.entry.LocalNames
	// Without a certificate, or before it has come, the message is there and empty.
	isPresented := len(peer) > 0 || t.Peer.Subject.Len() > 0 || t.Peer.Issuer.Len() > 0
	w.op(accesslog.ConnectionMTLS).SetBool(isPresented)
	if !t.Sent {
		return
	}
	w.named(attrTLSVersion, tlsVersions.known(t.Version))
	if suite := t.CipherSuite; suite.Sent && suite.Value <= math.MaxUint16 {
		w.named(attrTLSCipher, cipherSuite(uint16(suite.Value)))
	}
	w.text(accesslog.RequestedServerName, t.SNIHostname)
	w.namedText(attrTLSSession, t.SessionID)
	w.namedText(attrTLSFingerprint, t.JA3Fingerprint)

	w.static(accesslog.DownstreamPeerURISAN, w.alternativeNames(peer, uriName))
	w.named(attrPeerDNSSAN, w.alternativeNames(peer, dnsName))
	w.namedText(attrPeerSubject, t.Peer.Subject)
	w.namedText(attrPeerIssuer, t.Peer.Issuer)

	w.static(accesslog.DownstreamLocalURISAN, w.alternativeNames(local, uriName))
	w.named(attrLocalDNSSAN, w.alternativeNames(local, dnsName))
	w.namedText(attrLocalSubject, t.Local.Subject)
}

func uriName(n envoyproto.Name) envoyproto.Text { return n.URI }
func dnsName(n envoyproto.Name) envoyproto.Text { return n.DNS }

// alternativeNames joins a certificate's names of one type by commas, as Envoy
// does.
func (w *writer) alternativeNames(names []envoyproto.Name, ofType func(envoyproto.Name) envoyproto.Text) string {
	start := w.strings.Len()
	for _, n := range names {
		name := w.entry.Bytes(ofType(n))
		if len(name) == 0 {
			continue
		}
		if w.strings.Len() > start {
			w.strings.WriteByte(',')
		}
		w.strings.Write(name)
	}
	return w.strings.from(start)
}
