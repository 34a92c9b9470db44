// SPDX-License-Identifier: Apache-2.0

package e2e

var (
	// A proxy is in the cluster of the gateway, whatever its record tells.
	bySource      = labels{"reporter": "source", "source_cluster": "Kubernetes"}
	byDestination = labels{"reporter": "destination", "destination_cluster": "Kubernetes"}
)

// httpOutcome are the labels of the outcome of a request.
func httpOutcome(code, flags string) labels {
	return labels{"request_protocol": "http", "response_code": code, "response_flags": flags}
}

// grpcRequest is a call that every format can tell from HTTP/2, by its method and path.
var grpcRequest = join(httpOutcome("200", "-"), labels{"request_protocol": "grpc"})

// grpcOutcome is what formats with the status know besides.
func grpcOutcome(status string) labels {
	return labels{"request_protocol": "grpc", "grpc_response_status": status}
}

// tcpOutcome are the labels of the outcome of a connection.
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

// passthrough and blackHole are unknown hosts, allowed and blocked. A TCP
// connection has no host.
func passthrough(host string) labels { return service(host, "PassthroughCluster", "unknown") }
func blackHole(host string) labels   { return service(host, "BlackHoleCluster", "unknown") }

const noHost = "unknown"

var (
	httpbinService = service("httpbin.foo.svc.cluster.local", "httpbin", "foo")
	nobodyService  = service("nobody.foo.svc.cluster.local", "nobody", "foo")
)

// fromSleep is what the client's own proxy says about the client.
func fromSleep(namespace string) labels {
	return labels{
		"source_workload":           "sleep",
		"source_workload_namespace": namespace,
		"source_canonical_service":  "sleep",
		"source_canonical_revision": "v1",
		"source_app":                "sleep",
		"source_version":            "v1",
		"source_cluster":            "Kubernetes",
	}
}

// toEndpoint is what the client's proxy says about the endpoint that it chose.
func toEndpoint(workload, namespace, revision string) labels {
	return labels{
		"destination_workload":           workload,
		"destination_workload_namespace": namespace,
		"destination_canonical_service":  workload,
		"destination_canonical_revision": revision,
		"destination_cluster":            "Kubernetes",
	}
}

// onHTTPBin is what the server's proxy says about the server.
var onHTTPBin = join(toEndpoint("httpbin", "foo", "v1"), labels{
	"destination_app":     "httpbin",
	"destination_version": "v1",
})

// overMutualTLS are the identities of sleep in a namespace and of httpbin.
func overMutualTLS(namespace string) labels {
	return labels{
		"source_principal":      "spiffe://cluster.local/ns/" + namespace + "/sa/sleep",
		"destination_principal": "spiffe://cluster.local/ns/foo/sa/httpbin",
	}
}

// seenByHTTPBin is what the server's proxy learns from the client's certificate.
func seenByHTTPBin(namespace string) labels {
	return join(overMutualTLS(namespace), labels{
		"source_workload_namespace":  namespace,
		"source_cluster":             "Kubernetes",
		"connection_security_policy": "mutual_tls",
	})
}
