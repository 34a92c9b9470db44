// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// Tags of TLSProperties.
const (
	tlsTLSVersion                 = 1<<3 | varint
	tlsTLSCipherSuite             = 2<<3 | length
	tlsTLSSNIHostname             = 3<<3 | length
	tlsLocalCertificateProperties = 4<<3 | length
	tlsPeerCertificateProperties  = 5<<3 | length
	tlsTLSSessionID               = 6<<3 | length
	tlsJA3Fingerprint             = 7<<3 | length
)

// Tags of TLSProperties.CertificateProperties.
const (
	certificateSubjectAltName = 1<<3 | length
	certificateSubject        = 2<<3 | length
	certificateIssuer         = 3<<3 | length
)

// Tags of TLSProperties.CertificateProperties.SubjectAltName.
const (
	nameURI = 1<<3 | length
	nameDNS = 2<<3 | length
)

// TLS is TLSProperties.
type TLS struct {
	// Sent says that the message was sent, even if it is empty.
	Sent bool

	Version                                int32
	CipherSuite                            Uint32
	SNIHostname, SessionID, JA3Fingerprint Text
	Local, Peer                            Certificate
}

// Certificate is CertificateProperties without its names.
type Certificate struct {
	Subject, Issuer Text
}

// Name is a SubjectAltName: at most one of the two is not empty.
type Name struct{ URI, DNS Text }

func (t *TLS) decode(e *Entry, start, end int) {
	t.Sent = true
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case tlsTLSVersion:
			t.Version = int32(f.Varint)
		case tlsTLSCipherSuite:
			t.CipherSuite.decode(e, f.Start, f.End)
		case tlsTLSSNIHostname:
			t.SNIHostname = e.text(&f)
		case tlsLocalCertificateProperties:
			e.LocalNames = t.Local.decode(e, e.LocalNames, f.Start, f.End)
			continue
		case tlsPeerCertificateProperties:
			e.PeerNames = t.Peer.decode(e, e.PeerNames, f.Start, f.End)
			continue
		case tlsTLSSessionID:
			t.SessionID = e.text(&f)
		case tlsJA3Fingerprint:
			t.JA3Fingerprint = e.text(&f)
		default:
			continue
		}
		e.Values++
	}
	e.end(&f)
}

func (c *Certificate) decode(e *Entry, names []Name, start, end int) []Name {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case certificateSubjectAltName:
			names = append(names, e.name(f.Start, f.End))
		case certificateSubject:
			c.Subject = e.text(&f)
		case certificateIssuer:
			c.Issuer = e.text(&f)
		default:
			continue
		}
		e.Values++
	}
	e.end(&f)
	return names
}

func (e *Entry) name(start, end int) (n Name) {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case nameURI:
			n = Name{URI: e.text(&f)}
		case nameDNS:
			n = Name{DNS: e.text(&f)}
		}
	}
	e.end(&f)
	return n
}
