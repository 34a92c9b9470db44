// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
	"istio.io/istio/security/pkg/nodeagent/util"
	corev1 "k8s.io/api/core/v1"
)

// The names of the secrets that Istio's proxies ask for.
const (
	ownCertificate = "default"
	rootOfTrust    = "ROOTCA"
)

// version of every secret: none ever changes.
const version = "1"

func sdsCommand() *cobra.Command {
	var o sdsOptions
	c := &cobra.Command{
		Use:   "sds",
		Short: "Give each proxy the certificate of its pod",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return serveSDS(c.Context(), o) },
	}
	c.Flags().StringVar(&o.listen, "listen", "127.0.0.1:15011", "address to serve on")
	clusterFlag(c, &o.cluster)
	c.Flags().StringToStringVar(&o.outputCerts, "output-certs", nil,
		"ADDRESS=FOLDER: write the certificate of a pod to files, as Istio's agent does where OUTPUT_CERTS is set")
	return c
}

// sdsOptions say whose certificates there are.
type sdsOptions struct {
	listen string
	// cluster are files of Services and Pods.
	cluster []string
	// outputCerts are the folders for certificates, by the address of the pod.
	outputCerts map[string]string
}

// serveSDS serves until the context ends. The authority lives as long.
func serveSDS(ctx context.Context, o sdsOptions) error {
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	_, pods, err := readObjects(o.cluster)
	if err != nil {
		return err
	}
	s := &secrets{ca: ca, identities: identities(pods)}
	for address, folder := range o.outputCerts {
		if err := s.output(address, folder); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	secret.RegisterSecretDiscoveryServiceServer(server, s)
	// The line that whoever started us waits for.
	fmt.Println("serving certificates on", l.Addr())
	context.AfterFunc(ctx, server.Stop)
	return server.Serve(l)
}

// secrets gives each pod its own certificate, whatever the proxy says of itself: Istio goes by the token of the pod, and
// this by the address that a pod asks from.
type secrets struct {
	secret.UnimplementedSecretDiscoveryServiceServer
	ca *authority
	// identities are SPIFFE IDs by the address of the pod.
	identities map[string]string
}

// StreamSecrets answers each question once; what follows with a version is the proxy's word that it got the answer.
func (s *secrets) StreamSecrets(stream secret.SecretDiscoveryService_StreamSecretsServer) error {
	address, err := addressOf(stream.Context())
	if err != nil {
		return err
	}
	for {
		request, err := stream.Recv()
		if err != nil {
			return err
		}
		if refused := request.GetErrorDetail(); refused != nil {
			return status.Errorf(codes.InvalidArgument, "%s refused %s: %s", address, request.GetResourceNames(), refused.GetMessage())
		}
		if request.GetVersionInfo() != "" {
			continue
		}
		answer, err := s.answer(address, request)
		if err != nil {
			return err
		}
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
}

func (s *secrets) answer(address string, request *discovery.DiscoveryRequest) (*discovery.DiscoveryResponse, error) {
	answer := &discovery.DiscoveryResponse{VersionInfo: version, Nonce: version, TypeUrl: request.GetTypeUrl()}
	for _, name := range request.GetResourceNames() {
		value, err := s.secret(address, name)
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

func (s *secrets) secret(address, name string) (*tls.Secret, error) {
	switch name {
	case rootOfTrust:
		return &tls.Secret{Name: name, Type: &tls.Secret_ValidationContext{
			ValidationContext: &tls.CertificateValidationContext{TrustedCa: inline(s.ca.root)},
		}}, nil
	case ownCertificate:
		chain, key, err := s.issue(address)
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

// issue makes a certificate for the pod that has the address.
func (s *secrets) issue(address string) (chain, key []byte, err error) {
	id, ok := s.identities[address]
	if !ok {
		return nil, nil, fmt.Errorf("no pod has the address %s", address)
	}
	return s.ca.issue(id)
}

// output writes the certificate of a pod, its key and the roots to a folder, under the names that Istio gives them.
func (s *secrets) output(address, folder string) error {
	chain, key, err := s.issue(address)
	if err != nil {
		return err
	}
	return util.OutputKeyCertToDir(folder, key, chain, s.ca.root)
}

func inline(pem []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: pem}}
}

// addressOf is where a request comes from, without the port.
func addressOf(ctx context.Context) (string, error) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return "", status.Error(codes.Internal, "a stream without a peer")
	}
	host, _, err := net.SplitHostPort(p.Addr.String())
	return host, err
}

// identities are the SPIFFE IDs of pods, by their addresses.
func identities(pods []*corev1.Pod) map[string]string {
	all := map[string]string{}
	for _, p := range pods {
		all[p.Status.PodIP] = "spiffe://cluster.local/ns/" + p.Namespace + "/sa/" + p.Spec.ServiceAccountName
	}
	return all
}
