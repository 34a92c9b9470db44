// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Authority signs the certificates of one mesh.
type Authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	// File holds the authority's own certificate.
	File string
}

// NewAuthority makes one, whose files are gone with the test.
func NewAuthority(t *testing.T) *Authority {
	a := &Authority{dir: t.TempDir()}
	a.cert = &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{Organization: []string{"mesh"}},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	a.key = newKey(t)
	a.File = a.sign(t, "ca", a.cert, a.key)
	return a
}

// issue gives the workload a certificate of its SPIFFE identity.
func (a *Authority) issue(t *testing.T, w *Workload) {
	id, err := url.Parse(w.SpiffeID())
	require.NoError(t, err)
	w.CertFile, w.KeyFile = a.issueTo(t, w.App+"."+w.Namespace, &x509.Certificate{URIs: []*url.URL{id}})
}

// IssueHost gives a host a certificate of its name.
func (a *Authority) IssueHost(t *testing.T, name string) (certFile, keyFile string) {
	return a.issueTo(t, name, &x509.Certificate{DNSNames: []string{name}})
}

// IssueIdentity gives a client a certificate of a SPIFFE identity.
func (a *Authority) IssueIdentity(t *testing.T, namespace, account string) (certFile, keyFile string) {
	w := Workload{App: account, Namespace: namespace}
	a.issue(t, &w)
	return w.CertFile, w.KeyFile
}

// issueTo signs a certificate that has its names already.
func (a *Authority) issueTo(t *testing.T, name string, cert *x509.Certificate) (certFile, keyFile string) {
	key := newKey(t)
	cert.SerialNumber = big.NewInt(time.Now().UnixNano())
	cert.NotBefore, cert.NotAfter = a.cert.NotBefore, a.cert.NotAfter
	cert.KeyUsage = x509.KeyUsageDigitalSignature
	cert.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}
	certFile = a.sign(t, name, cert, key)
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	return certFile, a.write(t, name+".key", "EC PRIVATE KEY", der)
}

func (a *Authority) sign(t *testing.T, name string, cert *x509.Certificate, key *ecdsa.PrivateKey) string {
	der, err := x509.CreateCertificate(rand.Reader, cert, a.cert, key.Public(), a.key)
	require.NoError(t, err)
	return a.write(t, name+".crt", "CERTIFICATE", der)
}

func (a *Authority) write(t *testing.T, name, kind string, der []byte) string {
	path := filepath.Join(a.dir, name)
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return path
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}
