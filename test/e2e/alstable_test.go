package e2e

import (
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/mesh"
)

// alsDifference is what ALS tells otherwise than OTLP with the recommended
// labels. The receiver's README explains each.
type alsDifference struct {
	// where it is so, by the labels that OTLP tells.
	where func(byOTLP labels) bool
	// instead are the labels that change, and their values by ALS.
	instead labels
	// ip is the destination_ip then, if there is one.
	ip netip.Addr
}

// inALS are the differences of the provider that deploy/istio recommends.
var inALS = []alsDifference{
	{ // no metadata of the endpoint
		where: func(set labels) bool { return set["reporter"] == "source" },
		instead: labels{
			"destination_workload":           "unknown",
			"destination_workload_namespace": "unknown",
			"destination_canonical_service":  "unknown",
			"destination_canonical_revision": "latest",
			"destination_cluster":            "unknown",
		},
	},
	{ // no upstream certificates
		where:   func(set labels) bool { return set["reporter"] == "source" },
		instead: labels{"source_principal": "unknown", "destination_principal": "unknown"},
	},
	{ // no metadata of the cluster: of a ServiceEntry
		where:   func(set labels) bool { return set["destination_service"] == "api.example.org" },
		instead: labels{"destination_service_namespace": "unknown"},
	},
	{ // no metadata of the cluster: of an inbound one, where no server name says what was asked for
		where: func(set labels) bool {
			return set["reporter"] == "destination" && set["connection_security_policy"] == "none" && set["request_protocol"] == "http"
		},
		instead: labels{"destination_service": "unknown"},
	},
	{ // no cluster where no endpoint was chosen: a request has its host
		where:   func(set labels) bool { return withoutEndpoints(set) && set["request_protocol"] == "http" },
		instead: service("nobody.foo:8080", "nobody.foo:8080", "unknown"),
	},
	{ // and a connection looks blocked
		where:   func(set labels) bool { return withoutEndpoints(set) && set["request_protocol"] == "tcp" },
		instead: blackHole(noHost),
		ip:      mesh.NobodyVIP,
	},
}

func withoutEndpoints(set labels) bool {
	return set["destination_service"] == nobodyService["destination_service"]
}
