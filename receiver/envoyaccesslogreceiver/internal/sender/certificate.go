// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"crypto/tls"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

type tlsKey struct{}

// WithTLS hands the state of a connection over HTTP down. nil is one without TLS.
func WithTLS(ctx context.Context, state *tls.ConnectionState) context.Context {
	if state == nil {
		return ctx
	}
	return context.WithValue(ctx, tlsKey{}, state)
}

// Certificate is what the client's certificate says.
type Certificate struct {
	// Principal is its SPIFFE ID, Namespace the one in it. Both are empty if there is
	// no certificate of the form that Istio gives to workloads.
	Principal, Namespace string
}

// CertificateOf reads the certificate of the client of a request over gRPC or
// HTTP. TLS has verified it.
func CertificateOf(ctx context.Context) Certificate {
	state, _ := ctx.Value(tlsKey{}).(*tls.ConnectionState)
	if p, ok := peer.FromContext(ctx); ok && state == nil {
		if info, ok := p.AuthInfo.(credentials.TLSInfo); ok {
			state = &info.State
		}
	}
	if state == nil || len(state.VerifiedChains) == 0 || len(state.PeerCertificates) == 0 {
		return Certificate{}
	}
	// A SPIFFE certificate has exactly one URI.
	uris := state.PeerCertificates[0].URIs
	if len(uris) != 1 {
		return Certificate{}
	}
	id := uris[0].String()
	namespace := names.NamespaceOfSPIFFE(id)
	if namespace == "" {
		return Certificate{}
	}
	return Certificate{id, namespace}
}
