package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
)

// The names of the secrets that Istio's proxies ask for.
const (
	ownCertificate = "default"
	rootOfTrust    = "ROOTCA"
)

// version of every secret: none ever changes.
const version = "1"

func sdsCommand() *cobra.Command {
	var listen string
	c := &cobra.Command{
		Use:   "sds",
		Short: "Give each proxy the certificate of its identity",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return serveSDS(c.Context(), listen) },
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:15011", "address to serve on")
	return c
}

// serveSDS serves until the context ends. The authority lives as long.
func serveSDS(ctx context.Context, listen string) error {
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	secret.RegisterSecretDiscoveryServiceServer(server, &secrets{ca: ca})
	// The line that whoever started us waits for.
	fmt.Println("serving certificates on", l.Addr())
	context.AfterFunc(ctx, server.Stop)
	return server.Serve(l)
}

// secrets hands out certificates to whoever asks: it is for proxies of a test, which tell the truth.
type secrets struct {
	secret.UnimplementedSecretDiscoveryServiceServer
	ca *authority
}

// StreamSecrets answers each question once; what follows with a version is the proxy's word that it got the answer.
func (s *secrets) StreamSecrets(stream secret.SecretDiscoveryService_StreamSecretsServer) error {
	var node *core.Node
	for {
		request, err := stream.Recv()
		if err != nil {
			return err
		}
		if request.GetNode() != nil {
			node = request.GetNode()
		}
		if refused := request.GetErrorDetail(); refused != nil {
			return status.Errorf(codes.InvalidArgument, "%s refused %s: %s", node.GetId(), request.GetResourceNames(), refused.GetMessage())
		}
		if request.GetVersionInfo() != "" {
			continue
		}
		answer, err := s.answer(node, request)
		if err != nil {
			return err
		}
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
}

func (s *secrets) answer(node *core.Node, request *discovery.DiscoveryRequest) (*discovery.DiscoveryResponse, error) {
	answer := &discovery.DiscoveryResponse{VersionInfo: version, Nonce: version, TypeUrl: request.GetTypeUrl()}
	for _, name := range request.GetResourceNames() {
		value, err := s.secret(node, name)
		if err != nil {
			return nil, status.Error(codes.NotFound, err.Error())
		}
		packed, err := anypb.New(value)
		if err != nil {
			return nil, err
		}
		answer.Resources = append(answer.Resources, packed)
	}
	return answer, nil
}

func (s *secrets) secret(node *core.Node, name string) (*tls.Secret, error) {
	switch name {
	case rootOfTrust:
		return &tls.Secret{Name: name, Type: &tls.Secret_ValidationContext{
			ValidationContext: &tls.CertificateValidationContext{TrustedCa: inline(s.ca.root)},
		}}, nil
	case ownCertificate:
		id, err := identityOf(node)
		if err != nil {
			return nil, err
		}
		chain, key, err := s.ca.issue(id)
		if err != nil {
			return nil, err
		}
		return &tls.Secret{Name: name, Type: &tls.Secret_TlsCertificate{
			TlsCertificate: &tls.TlsCertificate{CertificateChain: inline(chain), PrivateKey: inline(key)},
		}}, nil
	default:
		return nil, fmt.Errorf("there is no secret %q", name)
	}
}

func inline(pem []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: pem}}
}

// identityOf reads the SPIFFE identity off a proxy's metadata.
func identityOf(node *core.Node) (string, error) {
	fields := node.GetMetadata().GetFields()
	namespace, account := fields["NAMESPACE"].GetStringValue(), fields["SERVICE_ACCOUNT"].GetStringValue()
	if namespace == "" || account == "" || strings.ContainsRune(namespace+account, '/') {
		return "", errors.New("the proxy says neither namespace nor account of its own")
	}
	return "spiffe://cluster.local/ns/" + namespace + "/sa/" + account, nil
}
