// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"fmt"
	"net/netip"
)

// Workload is a pod with a sidecar; it carries what Istio knows about the pod.
type Workload struct {
	App, Namespace, Version string
	// Pod is the pod's name, IP its address, a loopback one.
	Pod string
	IP  netip.Addr

	// CertFile and KeyFile hold the certificate of the pod's identity.
	CertFile, KeyFile string
}

// SpiffeID is the identity in the workload's certificate.
func (w Workload) SpiffeID() string {
	return fmt.Sprintf("spiffe://cluster.local/ns/%s/sa/%s", w.Namespace, w.App)
}

// The workloads of the mesh; the captures of real proxies have the same.
var (
	sleepDefault = Workload{App: "sleep", Namespace: "default", Version: "v1", Pod: "sleep-7656cf8794-cgsm5", IP: netip.MustParseAddr("127.10.0.8")}
	sleepClosed  = Workload{App: "sleep", Namespace: "closed", Version: "v1", Pod: "sleep-5f9d8c7b6d-x2kqp", IP: netip.MustParseAddr("127.10.0.7")}
	httpbin      = Workload{App: "httpbin", Namespace: "foo", Version: "v1", Pod: "httpbin-6b8c5d7f9-abcde", IP: netip.MustParseAddr("127.10.0.9")}
)

// The outside world. Each address is a host of its own.
var (
	OutsideA  = netip.MustParseAddr("127.203.0.10")
	OutsideB  = netip.MustParseAddr("127.203.0.11")
	OutsideV6 = netip.IPv6Loopback()
	// Refusing has nobody who listens.
	Refusing = netip.MustParseAddr("127.203.0.77")
	// Nowhere is an address to which no connection is ever made.
	Nowhere = netip.MustParseAddr("2001:db8::10")
)

// HTTPBinPod is the address of the pod that serves.
var HTTPBinPod = httpbin.IP

// Policy is Istio's outboundTrafficPolicy: what becomes of destinations that
// the mesh does not know.
type Policy struct {
	// Route and HTTPCluster are those of HTTP; without a cluster the answer
	// is 502.
	Route, HTTPCluster string
	TCPCluster         string
}

// Istio's policies.
var (
	AllowAny           = Policy{"allow_any", "PassthroughCluster", "PassthroughCluster"}
	RegistryOnly       = Policy{"block_all", "", "BlackHoleCluster"}
	AllowAnyDynamicDNS = Policy{"allow_any_dynamic_dns", "AllowAnyDynamicDNSCluster", "PassthroughCluster"}
)

// The addresses of the mesh's services. Nobody listens on them: they exist as
// original destinations only.
var (
	HTTPBinVIP = netip.MustParseAddr("127.96.0.80")
	NobodyVIP  = netip.MustParseAddr("127.96.0.81")
)

// service is one that the outbound proxies know.
type service struct {
	Host, Name, Namespace string
	// Port is the service's own, which is in the cluster's name.
	Port    int
	VIP     netip.Addr // of a TCP service
	Domains []string   // of an HTTP service

	Endpoint netip.AddrPort // zero if the service has none
	Workload string         // the endpoint's metadata, as Istio writes it
	Peer     string         // identity of the endpoint; empty means no TLS
}

// Cluster is the name that Istio gives the service's cluster.
func (s service) Cluster() string { return fmt.Sprintf("outbound|%d||%s", s.Port, s.Host) }

// SNI is what Istio's proxies send to one another.
func (s service) SNI() string { return fmt.Sprintf("outbound_.%d_._.%s", s.Port, s.Host) }

// inbound is a port of a workload with its application behind.
type inbound struct {
	ServicePort           int
	Port                  int
	HTTP                  bool
	Host, Name, Namespace string
	App                   netip.AddrPort
}

// Cluster is the name that Istio gives the cluster of the application.
func (i inbound) Cluster() string { return fmt.Sprintf("inbound|%d||", i.ServicePort) }
