package main

import (
	"crypto/tls"
	"crypto/x509"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

func TestSecrets(t *testing.T) {
	ca, err := newAuthority()
	require.NoError(t, err)
	s := &secrets{ca: ca}
	metadata, err := structpb.NewStruct(map[string]any{"NAMESPACE": "shop", "SERVICE_ACCOUNT": "server"})
	require.NoError(t, err)

	root, err := s.secret(nil, rootOfTrust)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(root.GetValidationContext().GetTrustedCa().GetInlineBytes()))

	own, err := s.secret(&core.Node{Metadata: metadata}, ownCertificate)
	require.NoError(t, err)
	pair, err := tls.X509KeyPair(own.GetTlsCertificate().GetCertificateChain().GetInlineBytes(), own.GetTlsCertificate().GetPrivateKey().GetInlineBytes())
	require.NoError(t, err)
	assert.Equal(t, "spiffe://cluster.local/ns/shop/sa/server", pair.Leaf.URIs[0].String())
	_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	require.NoError(t, err)

	_, err = s.secret(&core.Node{}, ownCertificate)
	require.Error(t, err, "nobody")
	_, err = s.secret(&core.Node{Metadata: metadata}, "other")
	require.Error(t, err)
}
