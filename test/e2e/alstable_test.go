// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"maps"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
)

// alsDifference is what ALS tells otherwise than OTLP with the recommended
// labels. The receiver's records.md explains each.
type alsDifference struct {
	// traffic is what records.md calls it.
	traffic string
	// where it is so, by the labels that OTLP tells.
	where func(byOTLP labels) bool
	// instead are the labels that change, and their values by ALS.
	instead labels
	// ip is the destination_ip then, if there is one.
	ip netip.Addr
}

// inALS are the differences of the provider that deploy/istio recommends.
var inALS = []alsDifference{
	{
		traffic: "outbound, to an endpoint of a service",
		where:   func(set labels) bool { return set["reporter"] == "source" },
		instead: labels{
			"destination_workload":           "unknown",
			"destination_workload_namespace": "unknown",
			"destination_canonical_service":  "unknown",
			"destination_canonical_revision": "latest",
			"destination_cluster":            "unknown",
		},
	},
	{
		traffic: "outbound, with mutual TLS",
		where:   func(set labels) bool { return set["reporter"] == "source" },
		instead: labels{"source_principal": "unknown", "destination_principal": "unknown"},
	},
	{
		traffic: "outbound, to a ServiceEntry's host",
		where:   func(set labels) bool { return set["destination_service"] == "api.example.org" },
		instead: labels{"destination_service_namespace": "unknown"},
	},
	{
		traffic: "requests from outside the mesh, without TLS",
		where: func(set labels) bool {
			return set["reporter"] == "destination" && set["connection_security_policy"] == "none" && isRequest(set)
		},
		instead: labels{"destination_service": "httpbin"},
	},
	{
		traffic: "requests to a service without endpoints",
		where:   func(set labels) bool { return withoutEndpoints(set) && isRequest(set) },
		instead: service("nobody.foo:8080", "nobody.foo:8080", "unknown"),
	},
	{
		traffic: "connections to a service without endpoints",
		where:   func(set labels) bool { return withoutEndpoints(set) && !isRequest(set) },
		instead: blackHole(noHost),
		ip:      loopback.NobodyVIP,
	},
}

// inALSByTCP are those of the provider for TCP alone besides.
var inALSByTCP = []alsDifference{
	{
		traffic: "`envoyTcpAls` alone: requests",
		where:   isRequest,
		instead: labels{"response_code": "unknown", "request_protocol": "http", "grpc_response_status": ""},
	},
	{
		traffic: "`envoyTcpAls` alone: requests to outside hosts",
		where: func(set labels) bool {
			return isRequest(set) && (set["destination_service_name"] == "PassthroughCluster" || set["destination_service_name"] == "BlackHoleCluster")
		},
		instead: labels{"destination_service": "unknown"},
	},
	{
		traffic: "`envoyTcpAls` alone: requests to a service without endpoints",
		where:   func(set labels) bool { return isRequest(set) && withoutEndpoints(set) },
		instead: service("unknown", "unknown", "unknown"),
	},
}

func isRequest(set labels) bool { return set["request_protocol"] != "tcp" }

func withoutEndpoints(set labels) bool {
	return set["destination_service"] == nobodyService["destination_service"]
}

var code = regexp.MustCompile("`([^`]+)`")

// TestALSTable holds the table of the receiver's records.md to these: the same rows,
// with the same labels, and each is true of some traffic.
func TestALSTable(t *testing.T) {
	b, err := os.ReadFile("../../receiver/envoyaccesslogreceiver/records.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(b), "| traffic | labels | with ALS | why |\n|---|---|---|---|\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	shown := map[string][]string{}
	for row := range strings.SplitSeq(table, "\n") {
		cells := strings.Split(row, " | ")
		require.Len(t, cells, 4, row)
		for _, match := range code.FindAllStringSubmatch(cells[1], -1) {
			traffic := strings.TrimPrefix(cells[0], "| ")
			shown[traffic] = append(shown[traffic], match[1])
		}
		slices.Sort(shown[strings.TrimPrefix(cells[0], "| ")])
	}

	want := map[string][]string{}
	for _, d := range slices.Concat(inALS, inALSByTCP) {
		want[d.traffic] = slices.Sorted(maps.Keys(d.instead))
		assert.Positive(t, changes(d), d.traffic)
	}
	assert.Equal(t, want, shown)
}

// changes is how many series of the traffic a difference makes others.
func changes(d alsDifference) (n int) {
	for _, x := range everyTraffic {
		for _, w := range x.wants {
			set := join(istioLabels, w.tells, w.names)
			if d.where(set) && !maps.Equal(set, join(set, d.instead)) {
				n++
			}
		}
	}
	return n
}
