// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"slices"

	"google.golang.org/grpc/codes"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// Addresses of the mesh's services.
const (
	serverVIP = "10.96.0.10"
	nobodyVIP = "10.96.0.11"
	legacyVIP = "10.96.0.12"
)

// everyTraffic is each kind that proxies tell apart, each in a number of its own.
var everyTraffic = slices.Concat(httpTraffic, grpcTraffic, tcpTraffic, tlsTraffic, blockedTraffic, plainTraffic, dynamicTraffic, refusedTraffic)

var httpTraffic = []exchange{
	{
		what: "HTTP to a service", n: 5, send: httpTo("browse", serverVIP+":8080", "server.shop:8080", "/", 200),
		wants: reports(browse, server, secured, httpOutcome("200", "-"), serverService),
	},
	{
		what: "HTTP to a service, under REGISTRY_ONLY", n: 3, send: postTo("batch", serverVIP+":8080", "server.shop:8080", "0123456789", 200),
		wants: reports(batch, server, secured, httpOutcome("200", "-"), serverService),
	},
	{
		what: "HTTP to a service, a subset of it", n: 4, send: httpTo("browse", serverVIP+":8080", "server.shop:8080", "/teapot", 418),
		wants: reports(browse, server, secured, httpOutcome("418", "-"), serverService),
	},
	{
		what: "HTTP to a service without a proxy", n: 2, send: httpTo("browse", legacyVIP+":8080", "legacy.old:8080", "/", 200),
		wants: outbound(browse, "", httpOutcome("200", "-"), legacyService, toEndpoint("legacy-v1", "old", "legacy", "v1")),
	},
	{
		what: "HTTP to a service without endpoints", n: 3, send: httpTo("browse", nobodyVIP+":8080", "nobody.shop:8080", "/", 503),
		wants: outbound(browse, "", httpOutcome("503", "UH"), nobodyService),
	},
	{
		what: "HTTP to a ServiceEntry", n: 6, send: httpTo("browse", mesh.API+":80", "api.example.org", "/", 200),
		wants: outbound(browse, "", httpOutcome("200", "-"), apiEntry, toEndpoint("api-0", "open", "api-0", "latest")),
	},
	{
		what: "HTTP to a ServiceEntry, through the egress gateway", n: 4, send: httpTo("browse", mesh.Partner+":80", "partner.example.org", "/", 200),
		wants: []want{
			{truth: expect.Join(bySource, httpOutcome("200", "-"), egressService, from(browse), to(egress), mutualTLS(browse, egress))},
			{truth: expect.Join(bySource, httpOutcome("200", "-"), partnerEntry, from(egress), toEndpoint("partner-0", "istio-system", "partner-0", "latest"))},
		},
	},
	{
		what: "HTTP to an unknown host", n: 7, send: httpTo("browse", mesh.OutsideA+":80", "www.example.com", "/", 200),
		wants: outbound(browse, mesh.OutsideA, httpOutcome("200", "-"), passthrough("www.example.com")),
	},
	{
		what: "HTTP to an unknown host, another address", n: 2, send: postTo("browse", mesh.OutsideB+":80", "www.example.com", "thirteen byte", 200),
		wants: outbound(browse, mesh.OutsideB, httpOutcome("200", "-"), passthrough("www.example.com")),
	},
	{
		// Istio takes for TCP what goes to a port on which no service speaks HTTP.
		what: "HTTP to an unknown host and port", n: 3, send: plainHTTP("browse", mesh.OutsideA+":8000", "other.example.com"),
		wants: outbound(browse, mesh.OutsideA, tcpOutcome("-"), passthrough(unknown)),
	},
	{
		what: "HTTP to an unknown host, refused", n: 3, send: httpTo("browse", mesh.Refusing+":80", "refused.example.com", "/", 503),
		wants: outbound(browse, mesh.Refusing, httpOutcome("503", "UF"), passthrough("refused.example.com")),
	},
	{
		what: "HTTP to an unknown host, black-holed", n: 2, send: httpTo("browse", mesh.Silent+":80", "silent.example.com", "/", 503),
		wants: outbound(browse, mesh.Silent, httpOutcome("503", "UF"), passthrough("silent.example.com")),
	},
	{
		what: "HTTP to an unknown host, reset", n: 4, send: httpTo("browse", mesh.OutsideA+":80", "reset.example.com", "/reset", 503),
		wants: outbound(browse, mesh.OutsideA, httpOutcome("503", "UC"), passthrough("reset.example.com")),
	},
}

var grpcTraffic = []exchange{
	{
		what: "gRPC to a service", n: 4, messages: &[2]int{1, 1},
		send:  grpcTo("browse", serverVIP+":8081", "server.shop:8081", 0, codes.OK, codes.OK),
		wants: reports(browse, server, secured, grpcOutcome("0"), serverService),
	},
	{
		what: "gRPC to a service, failing", n: 3, messages: &[2]int{1, 0},
		send:  grpcTo("browse", serverVIP+":8081", "server.shop:8081", 0, codes.NotFound, codes.OK),
		wants: reports(browse, server, secured, grpcOutcome("5"), serverService),
	},
	{
		what: "gRPC to a service, a stream", n: 2, messages: &[2]int{3, 3},
		send:  grpcTo("browse", serverVIP+":8081", "server.shop:8081", 3, codes.OK, codes.OK),
		wants: reports(browse, server, secured, grpcOutcome("0"), serverService),
	},
	{
		what: "gRPC to a service, a failing stream", n: 5, messages: &[2]int{3, 2},
		send:  grpcTo("browse", serverVIP+":8081", "server.shop:8081", 2, codes.Aborted, codes.OK),
		wants: reports(browse, server, secured, grpcOutcome("10"), serverService),
	},
	{
		what: "gRPC to an unknown host", n: 2, messages: &[2]int{1, 1},
		send:  grpcTo("browse", mesh.OutsideA+":80", "grpc.example.com", 0, codes.OK, codes.OK),
		wants: outbound(browse, mesh.OutsideA, grpcOutcome("0"), passthrough("grpc.example.com")),
	},
	{
		// The proxy answers for itself, in gRPC's way, and counts no messages.
		what: "gRPC to an unknown host, blocked", n: 3,
		send:  grpcTo("batch", mesh.OutsideA+":80", "grpc.example.com", 0, codes.OK, codes.Unavailable),
		wants: outbound(batch, mesh.OutsideA, grpcOutcome("14"), blackHole("grpc.example.com")),
	},
}

var tcpTraffic = []exchange{
	{
		what: "TCP to a service", n: 4, send: tcpTo("browse", serverVIP+":9000", 100),
		wants: reports(browse, server, secured, tcpOutcome("-"), serverService),
	},
	{
		what: "TCP to a service without endpoints", n: 2, send: failTCP("browse", nobodyVIP+":9000"),
		wants: outbound(browse, "", tcpOutcome("UH"), nobodyService),
	},
	{
		// The client's proxy does not know whose address it is, and the server's not who asks.
		what: "TCP to a pod by address", n: 3, send: tcpTo("browse", "server:9000", 101),
		wants: []want{
			{truth: expect.Join(bySource, tcpOutcome("-"), from(browse), passthrough(unknown)), ip: "10.244.0.14"},
			{truth: expect.Join(byDestination, tcpOutcome("-"), to(server), serverService, unsecured)},
		},
	},
	{
		what: "TCP to a pod by address, without a proxy", n: 2, send: tcpTo("browse", "legacy:9000", 102),
		wants: outbound(browse, "10.244.0.15", tcpOutcome("-"), passthrough(unknown)),
	},
	{
		what: "TCP to the outside", n: 6, send: tcpTo("browse", mesh.OutsideA+":9000", 103),
		wants: outbound(browse, mesh.OutsideA, tcpOutcome("-"), passthrough(unknown)),
	},
	{
		what: "TCP to the outside, server first", n: 2, send: greetedBy("browse", mesh.OutsideB+":3306", 104),
		wants: outbound(browse, mesh.OutsideB, tcpOutcome("-"), passthrough(unknown)),
	},
	{
		what: "TCP to the outside, refused", n: 3, send: failTCP("browse", mesh.Refusing+":9000"),
		wants: outbound(browse, mesh.Refusing, tcpOutcome("UF,URX"), passthrough(unknown)),
	},
	{
		what: "TCP to the outside, black-holed", n: 2, send: failTCP("browse", mesh.Silent+":9000"),
		wants: outbound(browse, mesh.Silent, tcpOutcome("UF,URX"), passthrough(unknown)),
	},
	{
		what: "TCP to the outside, reset", n: 4, send: resetTCP("browse", mesh.OutsideA+":7001"),
		wants: outbound(browse, mesh.OutsideA, tcpOutcome("UR"), passthrough(unknown)),
	},
}

var tlsTraffic = []exchange{
	{
		what: "TLS to a ServiceEntry", n: 3, send: tlsTo("browse", mesh.Bank+":443", "bank.example.org", 105),
		wants: outbound(browse, "", tcpOutcome("-"), bankEntry, toEndpoint("bank-0", "open", "bank-0", "latest")),
	},
	{
		what: "TLS to an unknown host on a ServiceEntry's port", n: 2, send: tlsTo("browse", mesh.OutsideA+":443", "www.example.com", 106),
		wants: outbound(browse, mesh.OutsideA, tcpOutcome("-"), passthrough(unknown)),
	},
	{
		what: "TLS to an unknown host and port", n: 4, send: tlsTo("browse", mesh.OutsideB+":8443", "other.example.com", 107),
		wants: outbound(browse, mesh.OutsideB, tcpOutcome("-"), passthrough(unknown)),
	},
}

// refusedTraffic is for a gateway that has no listener for it. It is in the log
// and in none of Istio's metrics.
var refusedTraffic = []exchange{
	{what: "TLS that no filter chain takes", n: 3, send: failTLS("legacy", "istio-egressgateway:8443", "www.example.com"), unmatched: true},
}

// blockedTraffic comes from where only what the mesh knows is allowed.
var blockedTraffic = []exchange{
	{
		what: "HTTP to an unknown host, blocked", n: 6, send: httpTo("batch", mesh.OutsideA+":80", "www.example.com", "/", 502),
		wants: outbound(batch, mesh.OutsideA, httpOutcome("502", "-"), blackHole("www.example.com")),
	},
	{
		what: "HTTP to an unknown host and port, blocked", n: 2, send: failTCP("batch", mesh.OutsideA+":8000"),
		wants: outbound(batch, mesh.OutsideA, tcpOutcome("UH"), blackHole(unknown)),
	},
	{
		what: "TCP to the outside, blocked", n: 5, send: failTCP("batch", mesh.OutsideB+":9000"),
		wants: outbound(batch, mesh.OutsideB, tcpOutcome("UH"), blackHole(unknown)),
	},
	{
		what: "TCP to a pod by address, blocked", n: 3, send: failTCP("batch", "server:9000"),
		wants: outbound(batch, "10.244.0.14", tcpOutcome("UH"), blackHole(unknown)),
	},
	{
		what: "TLS to an unknown host on a ServiceEntry's port, blocked", n: 4, send: failTLS("batch", mesh.OutsideA+":443", "www.example.com"),
		wants: outbound(batch, mesh.OutsideA, tcpOutcome("UH"), blackHole(unknown)),
	},
	{
		what: "TLS to an unknown host and port, blocked", n: 2, send: failTLS("batch", mesh.API+":8443", "other.example.com"),
		wants: outbound(batch, mesh.API, tcpOutcome("UH"), blackHole(unknown)),
	},
}

// plainTraffic comes from a pod without a proxy: no mutual TLS.
var plainTraffic = []exchange{
	{
		what: "HTTP without mutual TLS", n: 3, send: httpTo("legacy", "server:8080", "server.shop:8080", "/", 200),
		wants: []want{{truth: expect.Join(byDestination, httpOutcome("200", "-"), to(server), serverService, unsecured)}},
	},
	{
		what: "TCP without mutual TLS", n: 2, send: tcpTo("legacy", "server:9000", 108),
		wants: []want{{truth: expect.Join(byDestination, tcpOutcome("-"), to(server), serverService, unsecured)}},
	},
	{
		what: "TCP without mutual TLS, to a port that no service has", n: 4, send: tcpTo("legacy", "server:7000", 109),
		wants: []want{{truth: expect.Join(byDestination, tcpOutcome("-"), to(server), service("server", "InboundPassthroughCluster", "shop"), unsecured)}},
	},
}

// dynamicTraffic comes from a mesh with Istio's third policy.
var dynamicTraffic = []exchange{
	{
		what: "HTTP to an unknown host, ALLOW_ANY_DYNAMIC_DNS", n: 3, send: httpTo("crawl", mesh.OutsideB+":80", "www.example.com", "/", 200),
		wants: outbound(crawl, "", httpOutcome("200", "-"), dynamic("www.example.com")),
	},
	{
		what: "HTTP to an unknown host, and port, ALLOW_ANY_DYNAMIC_DNS", n: 2, send: httpTo("crawl", mesh.OutsideB+":8000", "www.example.com:8000", "/", 200),
		wants: outbound(crawl, "", httpOutcome("200", "-"), dynamic("www.example.com:8000")),
	},
	{
		what: "HTTP to an unknown host, that has no address, ALLOW_ANY_DYNAMIC_DNS", n: 4, send: httpTo("crawl", mesh.OutsideB+":80", "nowhere.example.com", "/", 503),
		wants: outbound(crawl, "", httpOutcome("503", "DF"), dynamic("nowhere.example.com")),
	},
	{
		what: "TCP to the outside, ALLOW_ANY_DYNAMIC_DNS", n: 2, send: tcpTo("crawl", mesh.OutsideA+":9000", 110),
		wants: outbound(crawl, mesh.OutsideA, tcpOutcome("-"), passthrough(unknown)),
	},
}
