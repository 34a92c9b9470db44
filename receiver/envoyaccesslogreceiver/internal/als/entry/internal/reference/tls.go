// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"crypto/tls"
	"math"
	"strings"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// tlsVersions are spelled as %DOWNSTREAM_TLS_VERSION% spells them.
var tlsVersions = map[accesslogv3.TLSProperties_TLSVersion]string{
	accesslogv3.TLSProperties_TLSv1:   "TLSv1",
	accesslogv3.TLSProperties_TLSv1_1: "TLSv1.1",
	accesslogv3.TLSProperties_TLSv1_2: "TLSv1.2",
	accesslogv3.TLSProperties_TLSv1_3: "TLSv1.3",
}

// tls writes what the proxy says of the downstream's TLS. If it says nothing,
// there was none; if it says but a server name, it passed TLS through.
func (w *writer) tls(t *accesslogv3.TLSProperties) {
	peer := t.GetPeerCertificateProperties()
	w.op(accesslog.ConnectionMTLS).SetBool(isPresented(peer))
	if t == nil {
		return
	}
	w.named(attrTLSVersion, tlsVersions[t.GetTlsVersion()])
	if suite := t.GetTlsCipherSuite(); suite != nil && suite.GetValue() <= math.MaxUint16 {
		w.named(attrTLSCipher, tls.CipherSuiteName(uint16(suite.GetValue())))
	}
	w.str(accesslog.RequestedServerName, t.GetTlsSniHostname())
	w.named(attrTLSSession, t.GetTlsSessionId())
	w.named(attrTLSFingerprint, t.GetJa3Fingerprint())

	uris, names := alternativeNames(peer)
	w.str(accesslog.DownstreamPeerURISAN, uris)
	w.named(attrPeerDNSSAN, names)
	w.named(attrPeerSubject, peer.GetSubject())
	w.named(attrPeerIssuer, peer.GetIssuer())

	local := t.GetLocalCertificateProperties()
	uris, names = alternativeNames(local)
	w.str(accesslog.DownstreamLocalURISAN, uris)
	w.named(attrLocalDNSSAN, names)
	w.named(attrLocalSubject, local.GetSubject())
}

// isPresented tells whether there was a certificate: without one, or before it
// has come, the message is there and empty.
func isPresented(c *accesslogv3.TLSProperties_CertificateProperties) bool {
	return len(c.GetSubjectAltName()) > 0 || c.GetSubject() != "" || c.GetIssuer() != ""
}

// alternativeNames joins a certificate's names by commas, as Envoy does.
func alternativeNames(c *accesslogv3.TLSProperties_CertificateProperties) (uris, names string) {
	sans := c.GetSubjectAltName()
	if len(sans) == 1 {
		return sans[0].GetUri(), sans[0].GetDns()
	}
	var u, d []string
	for _, san := range sans {
		if uri := san.GetUri(); uri != "" {
			u = append(u, uri)
		} else if name := san.GetDns(); name != "" {
			d = append(d, name)
		}
	}
	return strings.Join(u, ","), strings.Join(d, ",")
}
