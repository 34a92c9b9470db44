// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import "github.com/otelcol-istio/otelcol-istio/test/internal/expect"

type labels = expect.Labels

var (
	bySource      = labels{"reporter": "source"}
	byDestination = labels{"reporter": "destination"}
)

// httpOutcome, grpcOutcome and tcpOutcome are the labels of how it ended.
func httpOutcome(code, flags string) labels {
	return labels{"request_protocol": "http", "response_code": code, "response_flags": flags}
}

func grpcOutcome(status string) labels {
	return labels{"request_protocol": "grpc", "response_code": "200", "response_flags": "-", "grpc_response_status": status}
}

func tcpOutcome(flags string) labels {
	return labels{"request_protocol": "tcp", "response_flags": flags}
}

func service(host, name, namespace string) labels {
	return labels{
		"destination_service":           host,
		"destination_service_name":      name,
		"destination_service_namespace": namespace,
	}
}

const unknown = "unknown"

// Destinations that no service is. A connection has no host.
func passthrough(host string) labels { return service(host, "PassthroughCluster", unknown) }
func blackHole(host string) labels   { return service(host, "BlackHoleCluster", unknown) }
func dynamic(host string) labels     { return service(host, "AllowAnyDynamicDNSCluster", unknown) }

// The services of the mesh, in testdata/mesh.
var (
	serverService = service("server.shop.svc.cluster.local", "server", "shop")
	nobodyService = service("nobody.shop.svc.cluster.local", "nobody", "shop")
	legacyService = service("legacy.old.svc.cluster.local", "legacy", "old")
	egressService = service("istio-egressgateway.istio-system.svc.cluster.local", "istio-egressgateway", "istio-system")
	apiEntry      = service("api.example.org", "api.example.org", "open")
	bankEntry     = service("bank.example.org", "bank.example.org", "open")
	partnerEntry  = service("partner.example.org", "partner.example.org", "istio-system")
)

// workload is who a pod is.
type workload struct{ name, namespace, app, version, account string }

var (
	browse = workload{"browse-v1", "open", "browse", "v1", "browse"}
	batch  = workload{"batch-v2", "closed", "batch", "v2", "batch"}
	crawl  = workload{"crawl-v1", "dynamic", "crawl", "v1", "crawl"}
	server = workload{"server-v1", "shop", "server", "v1", "shop-server"}
	egress = workload{"istio-egressgateway", "istio-system", "istio-egressgateway", "v1", "istio-egressgateway"}
)

func (w workload) labels(side string) labels {
	return labels{
		side + "_workload":           w.name,
		side + "_workload_namespace": w.namespace,
		side + "_canonical_service":  w.app,
		side + "_canonical_revision": w.version,
		side + "_app":                w.app,
		side + "_version":            w.version,
		side + "_cluster":            "Kubernetes",
	}
}

func from(w workload) labels { return w.labels("source") }
func to(w workload) labels   { return w.labels("destination") }

// toEndpoint is what the control plane alone knows of an endpoint: one without a
// proxy tells nothing of itself.
func toEndpoint(name, namespace, service, revision string) labels {
	return labels{
		"destination_workload":           name,
		"destination_workload_namespace": namespace,
		"destination_canonical_service":  service,
		"destination_canonical_revision": revision,
		"destination_cluster":            "Kubernetes",
	}
}

func (w workload) principal() string {
	return "spiffe://cluster.local/ns/" + w.namespace + "/sa/" + w.account
}

// mutualTLS are the identities that the certificates prove.
func mutualTLS(client, server workload) labels {
	return labels{"source_principal": client.principal(), "destination_principal": server.principal()}
}

// The server's proxy sees whether there was mutual TLS.
var (
	secured   = labels{"connection_security_policy": "mutual_tls"}
	unsecured = labels{"connection_security_policy": "none"}
)
