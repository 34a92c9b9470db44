// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"google.golang.org/grpc/codes"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
)

// everyTraffic is each kind of exchange that a sidecar tells apart, each in a
// number of its own.
var everyTraffic = append(append(httpTraffic, grpcTraffic...), tcpTraffic...)

var httpTraffic = []traffic{
	{
		what: "to an unknown host, allowed", n: 7,
		send: sendHTTP(inSleep, loopback.OutsideA, get("www.example.com", "/", 200)),
		wants: []want{
			{tells: join(bySource, httpOutcome("200", "-"), passthrough("www.example.com")), names: fromSleep("default"), ip: loopback.OutsideA},
		},
	},
	{
		what: "to another address of that host, with a body", n: 3,
		send: sendHTTP(inSleep, loopback.OutsideB, post("www.example.com", "thirteen byte", 200)),
		wants: []want{
			{tells: join(bySource, httpOutcome("200", "-"), passthrough("www.example.com")), names: fromSleep("default"), ip: loopback.OutsideB},
		},
	},
	{
		what: "to an unknown host over IPv6", n: 2,
		send: sendHTTP(inSleep, loopback.OutsideV6, get("v6.example.com", "/teapot", 418)),
		wants: []want{
			{tells: join(bySource, httpOutcome("418", "-"), passthrough("v6.example.com")), names: fromSleep("default"), ip: loopback.OutsideV6},
		},
	},
	{
		what: "to an unknown host that refuses connections", n: 4,
		send: sendHTTP(inSleep, loopback.Refusing, get("down.example.net", "/", 503)),
		wants: []want{
			{tells: join(bySource, httpOutcome("503", "UF"), passthrough("down.example.net")), names: fromSleep("default"), ip: loopback.Refusing},
		},
	},
	{
		what: "to an unknown host, given up by the client", n: 3,
		send: abortHTTP(inSleep, loopback.OutsideA, "slow.example.com"),
		wants: []want{
			{tells: join(bySource, httpOutcome("0", "DC"), passthrough("slow.example.com")), names: fromSleep("default"), ip: loopback.OutsideA},
		},
	},
	{
		what: "to an unknown host, blocked", n: 6,
		send: sendHTTP(inClosed, loopback.OutsideA, get("www.example.com", "/", 502)),
		wants: []want{
			{tells: join(bySource, httpOutcome("502", "-"), blackHole("www.example.com")), names: fromSleep("closed"), ip: loopback.OutsideA},
		},
	},
	{
		what: "to an unknown host over IPv6, blocked", n: 5,
		send: sendHTTP(inClosed, loopback.Nowhere, get("v6.example.com", "/secret", 502)),
		wants: []want{
			{tells: join(bySource, httpOutcome("502", "-"), blackHole("v6.example.com")), names: fromSleep("closed"), ip: loopback.Nowhere},
		},
	},
	{
		what: "to a service of the mesh", n: 5,
		send: sendHTTP(inSleep, loopback.HTTPBinVIP, get("httpbin.foo:8080", "/teapot", 418)),
		wants: []want{
			{
				tells: join(bySource, httpOutcome("418", "-"), httpbinService),
				names: join(fromSleep("default"), toEndpoint("httpbin", "foo", "v1"), overMutualTLS("default")),
			},
			{
				tells:       join(byDestination, httpOutcome("418", "-"), httpbinService),
				names:       join(onHTTPBin, seenByHTTPBin("default")),
				wireUnknown: true,
			},
		},
	},
	{
		what: "to a service of the mesh, from where nothing else is allowed", n: 2,
		send: sendHTTP(inClosed, loopback.HTTPBinVIP, post("httpbin.foo", "0123456789", 200)),
		wants: []want{
			{
				tells: join(bySource, httpOutcome("200", "-"), httpbinService),
				names: join(fromSleep("closed"), toEndpoint("httpbin", "foo", "v1"), overMutualTLS("closed")),
			},
			{
				tells:       join(byDestination, httpOutcome("200", "-"), httpbinService),
				names:       join(onHTTPBin, seenByHTTPBin("closed")),
				wireUnknown: true,
			},
		},
	},
	{
		what: "to a service of the mesh, from a client that is not of the mesh", n: 4,
		send: sendHTTP(outOfMesh, loopback.HTTPBinPod, get("httpbin.foo:8080", "/", 200)),
		wants: []want{
			// Without mutual TLS there is no SNI, and the host is the client's word.
			{
				tells: join(byDestination, httpOutcome("200", "-")),
				names: join(httpbinService, onHTTPBin, labels{"connection_security_policy": "none"}),
			},
		},
	},
	{
		what: "to a service of the mesh that has no endpoints", n: 2,
		send: sendHTTP(inSleep, loopback.NobodyVIP, get("nobody.foo:8080", "/", 503)),
		wants: []want{
			{tells: join(bySource, httpOutcome("503", "UH"), nobodyService), names: fromSleep("default")},
		},
	},
	{
		what: "to an outside host that a ServiceEntry makes known", n: 3, toEntry: true,
		send: sendHTTP(inSleep, loopback.OutsideA, get("api.example.org", "/", 200)),
		wants: []want{
			{
				tells: join(bySource, httpOutcome("200", "-"), service("api.example.org", "api.example.org", "unknown")),
				names: join(fromSleep("default"), toEndpoint("known-external-0", "default", "latest"),
					service("api.example.org", "api.example.org", "default")),
			},
		},
	},
}

var grpcTraffic = []traffic{
	{
		what: "gRPC to an unknown host", n: 4,
		send:     sendGRPC(inSleep, loopback.OutsideA, "grpc.example.com", "", codes.OK),
		messages: &messages{1, 1},
		wants: []want{
			{tells: join(bySource, grpcRequest, passthrough("grpc.example.com")), names: join(grpcOutcome("0"), fromSleep("default")), ip: loopback.OutsideA, wireUnknown: true},
		},
	},
	{
		what: "gRPC to an unknown host, failing", n: 2,
		send:     sendGRPC(inSleep, loopback.OutsideA, "grpc.example.com", "nobody", codes.NotFound),
		messages: &messages{1, 0},
		wants: []want{
			{tells: join(bySource, grpcRequest, passthrough("grpc.example.com")), names: join(grpcOutcome("5"), fromSleep("default")), ip: loopback.OutsideA, wireUnknown: true},
		},
	},
	{
		what: "gRPC to a service of the mesh", n: 3,
		send:     sendGRPC(inSleep, loopback.HTTPBinVIP, "httpbin.foo:8080", "", codes.OK),
		messages: &messages{1, 1},
		wants: []want{
			{
				tells:       join(bySource, grpcRequest, httpbinService),
				names:       join(grpcOutcome("0"), fromSleep("default"), toEndpoint("httpbin", "foo", "v1"), overMutualTLS("default")),
				wireUnknown: true,
			},
			{
				tells:       join(byDestination, grpcRequest, httpbinService),
				names:       join(grpcOutcome("0"), onHTTPBin, seenByHTTPBin("default")),
				wireUnknown: true,
			},
		},
	},
	{
		what: "gRPC to a service of the mesh, failing", n: 5,
		send:     sendGRPC(inSleep, loopback.HTTPBinVIP, "httpbin.foo:8080", "nobody", codes.NotFound),
		messages: &messages{1, 0},
		wants: []want{
			{
				tells:       join(bySource, grpcRequest, httpbinService),
				names:       join(grpcOutcome("5"), fromSleep("default"), toEndpoint("httpbin", "foo", "v1"), overMutualTLS("default")),
				wireUnknown: true,
			},
			{
				tells:       join(byDestination, grpcRequest, httpbinService),
				names:       join(grpcOutcome("5"), onHTTPBin, seenByHTTPBin("default")),
				wireUnknown: true,
			},
		},
	},
}

var tcpTraffic = []traffic{
	{
		what: "TCP to an unknown address, allowed", n: 4,
		send: sendTCP(inSleep, to(loopback.OutsideA, otherPort), 1000),
		wants: []want{
			{tells: join(bySource, tcpOutcome("-"), passthrough(noHost)), names: fromSleep("default"), ip: loopback.OutsideA},
		},
	},
	{
		what: "TCP to another unknown address", n: 2,
		send: sendTCP(inSleep, to(loopback.OutsideB, otherPort), 7),
		wants: []want{
			{tells: join(bySource, tcpOutcome("-"), passthrough(noHost)), names: fromSleep("default"), ip: loopback.OutsideB},
		},
	},
	{
		what: "TCP over IPv6", n: 3,
		send: sendTCP(inSleep, to(loopback.OutsideV6, otherPort), 66),
		wants: []want{
			{tells: join(bySource, tcpOutcome("-"), passthrough(noHost)), names: fromSleep("default"), ip: loopback.OutsideV6},
		},
	},
	{
		what: "TCP to an address that refuses connections", n: 5,
		send: failTCP(inSleep, to(loopback.Refusing, otherPort)),
		wants: []want{
			{tells: join(bySource, tcpOutcome("UF,URX"), passthrough(noHost)), names: fromSleep("default"), ip: loopback.Refusing},
		},
	},
	{
		what: "TCP to an unknown address, blocked", n: 6,
		send: failTCP(inClosed, to(loopback.OutsideA, otherPort)),
		wants: []want{
			{tells: join(bySource, tcpOutcome("UH"), blackHole(noHost)), names: fromSleep("closed"), ip: loopback.OutsideA},
		},
	},
	{
		what: "TCP over IPv6, blocked", n: 2,
		send: failTCP(inClosed, to(loopback.Nowhere, otherPort)),
		wants: []want{
			{tells: join(bySource, tcpOutcome("UH"), blackHole(noHost)), names: fromSleep("closed"), ip: loopback.Nowhere},
		},
	},
	{
		what: "TCP to a service of the mesh", n: 3,
		send: sendTCP(inSleep, to(loopback.HTTPBinVIP, tcpPort), 512),
		wants: []want{
			{
				tells: join(bySource, tcpOutcome("-"), httpbinService),
				names: join(fromSleep("default"), toEndpoint("httpbin", "foo", "v1"), overMutualTLS("default")),
			},
			{
				tells: join(byDestination, tcpOutcome("-"), httpbinService),
				names: join(onHTTPBin, seenByHTTPBin("default")),
			},
		},
	},
	{
		what: "TCP to a service of the mesh that has no endpoints", n: 4,
		send: failTCP(inClosed, to(loopback.NobodyVIP, tcpPort)),
		wants: []want{
			{tells: join(bySource, tcpOutcome("UH"), nobodyService), names: fromSleep("closed")},
		},
	},
	{
		what: "TCP to a port of the workload that no service has", n: 2,
		send: sendTCP(toSidecar, to(loopback.HTTPBinPod, otherPort), 31),
		wants: []want{
			{
				tells: join(byDestination, tcpOutcome("-"), service(noHost, "InboundPassthroughCluster", "unknown")),
				names: join(onHTTPBin, labels{"destination_service": "httpbin", "destination_service_namespace": "foo", "connection_security_policy": "none"}),
			},
		},
	},
}

// slowTraffic lasts for several periods of TestPeriodicRecords.
var slowTraffic = []traffic{
	{
		what: "TCP to an unknown address, lasting", n: 2,
		send: lastingTCP(inSleep, to(loopback.OutsideA, otherPort), 100),
		wants: []want{
			{tells: join(bySource, tcpOutcome("-"), passthrough(noHost)), names: fromSleep("default"), ip: loopback.OutsideA},
		},
	},
}
