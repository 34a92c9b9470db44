// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newSecrets knows the pods of the test's cluster: 10.0.0.1 and 10.0.0.2.
func newSecrets(t *testing.T) *secrets {
	t.Helper()
	ca, err := newAuthority()
	require.NoError(t, err)
	_, pods, err := readObjects(write(t, cluster))
	require.NoError(t, err)
	return &secrets{ca: ca, identities: identities(pods)}
}

// verify checks a certificate and its key, and gives the identity in it.
func verify(t *testing.T, root, chain, key []byte) (id string) {
	t.Helper()
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(root))
	pair, err := tls.X509KeyPair(chain, key)
	require.NoError(t, err)
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth} {
		_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{usage}})
		require.NoError(t, err)
	}
	require.Len(t, pair.Leaf.URIs, 1)
	return pair.Leaf.URIs[0].String()
}

func TestSecrets(t *testing.T) {
	s := newSecrets(t)
	root, err := s.secret("10.0.0.1", rootOfTrust)
	require.NoError(t, err)
	own, err := s.secret("10.0.0.1", ownCertificate)
	require.NoError(t, err)
	id := verify(t, root.GetValidationContext().GetTrustedCa().GetInlineBytes(),
		own.GetTlsCertificate().GetCertificateChain().GetInlineBytes(), own.GetTlsCertificate().GetPrivateKey().GetInlineBytes())
	assert.Equal(t, "spiffe://cluster.local/ns/own/sa/first", id)

	_, err = s.secret("10.0.0.3", ownCertificate)
	require.Error(t, err, "nobody")
	_, err = s.secret("10.0.0.1", "other")
	require.Error(t, err)
}

// TestOutput has the files where the documentation of deploy/istio says that
// Istio's agent writes them.
func TestOutput(t *testing.T) {
	s, folder := newSecrets(t), t.TempDir()
	require.NoError(t, s.output("10.0.0.1", folder))
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		return b
	}
	assert.Equal(t, "spiffe://cluster.local/ns/own/sa/first", verify(t, read("root-cert.pem"), read("cert-chain.pem"), read("key.pem")))
	require.Error(t, s.output("10.0.0.3", folder), "nobody")
}
